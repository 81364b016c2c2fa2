//! Everybody in the world, and how to find them by number, user id or text.

use std::collections::BTreeMap;

use model::{Draws, Rng};

use super::{Line, Person, PersonId, Persona, numbers};
use crate::config::{PopulationConfig, WorldConfig};
use crate::ids::Mint;

#[derive(Clone, Debug, Default)]
pub struct Population {
    people: Vec<Person>,
    by_digits: BTreeMap<String, PersonId>,
    by_user_id: BTreeMap<String, PersonId>,
    by_email: BTreeMap<String, PersonId>,
}

impl Population {
    /// Generates people from the seed. More than the documentation ranges hold is cut to what they hold.
    #[must_use]
    pub fn generate(config: &WorldConfig, seed: u64) -> Self {
        let wanted = config.population.people.min(numbers::us_max() + numbers::UK_MAX);
        let mut population = Self::default();
        let (mut us, mut uk) = (0, 0);
        for n in 0..wanted {
            let mut draws = Draws::keyed(&[&seed.to_le_bytes(), b"person", &n.to_le_bytes()]);
            let british = draws.below(100) < u64::from(config.population.uk_percent);
            let phone = if (british || us >= numbers::us_max()) && uk < numbers::UK_MAX {
                uk += 1;
                numbers::uk(uk - 1)
            } else {
                us += 1;
                numbers::us(us - 1)
            };
            let persona = draw_persona(&config.population, &mut draws);
            population.add(new_person(format!("Customer {:03}", n + 1), phone, persona, &mut draws));
        }
        population
    }

    /// Somebody who was not in the world until a business wrote to this number.
    pub fn adopt(&mut self, phone: &str, mint: &Mint) -> PersonId {
        let mut draws = mint.keyed("adopted", phone);
        let person = new_person(format!("Guest {phone}"), phone.to_owned(), Persona::Manual, &mut draws);
        self.add(person)
    }

    /// Somebody with a mailbox and no known number, who was not in the world until a business wrote to this address.
    pub fn adopt_email(&mut self, address: &str, mint: &Mint) -> PersonId {
        let mut draws = mint.keyed("adopted", address);
        let mut person = new_person(format!("Guest {address}"), String::new(), Persona::Manual, &mut draws);
        person.email = address.to_owned();
        (person.on_whatsapp, person.on_sms) = (false, false);
        self.add(person)
    }

    /// Adds somebody with a chosen persona; for tests and for the control API.
    pub fn invite(&mut self, name: &str, phone: &str, persona: Persona, mint: &Mint) -> PersonId {
        let mut draws = mint.keyed("invited", phone);
        let mut person = new_person(name.to_owned(), phone.to_owned(), persona, &mut draws);
        person.on_sms = true;
        self.add(person)
    }

    fn add(&mut self, mut person: Person) -> PersonId {
        let id = PersonId(self.people.len() as u32);
        person.id = id;
        if !person.phone.is_empty() {
            self.by_digits.insert(person.wa_id().to_owned(), id);
        }
        self.by_user_id.insert(person.user_id.clone(), id);
        self.by_email.insert(person.email.clone(), id);
        self.people.push(person);
        id
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.people.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.people.iter()
    }

    #[must_use]
    pub fn get(&self, id: PersonId) -> Option<&Person> {
        self.people.get(id.0 as usize)
    }

    pub fn get_mut(&mut self, id: PersonId) -> Option<&mut Person> {
        self.people.get_mut(id.0 as usize)
    }

    /// Finds by the digits of a number, in whatever way it is written.
    #[must_use]
    pub fn by_phone(&self, phone: &str) -> Option<PersonId> {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        self.by_digits.get(&digits).copied()
    }

    #[must_use]
    pub fn by_email(&self, address: &str) -> Option<PersonId> {
        self.by_email.get(&address.to_lowercase()).copied()
    }

    /// Gives somebody another address, unless somebody has it.
    pub fn readdress(&mut self, id: PersonId, address: &str) -> bool {
        let address = address.to_lowercase();
        if self.by_email.contains_key(&address) {
            return false;
        }
        let Some(person) = self.people.get_mut(id.0 as usize) else { return false };
        self.by_email.remove(&person.email);
        person.email.clone_from(&address);
        self.by_email.insert(address, id);
        true
    }

    #[must_use]
    pub fn by_user_id(&self, user_id: &str) -> Option<PersonId> {
        self.by_user_id.get(user_id).copied()
    }

    /// Gives somebody another number, and with it another business-scoped user id. The old number belongs to nobody then.
    pub fn renumber(&mut self, id: PersonId, phone: &str, user_id: String) {
        let Some(person) = self.people.get_mut(id.0 as usize) else { return };
        self.by_digits.remove(person.wa_id());
        self.by_user_id.remove(&person.user_id);
        person.phone = phone.to_owned();
        person.user_id = user_id;
        self.by_digits.insert(person.wa_id().to_owned(), id);
        self.by_user_id.insert(person.user_id.clone(), id);
    }

    /// People whose name, number, username or persona contains the text.
    pub fn search<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Person> {
        let needle = text.to_lowercase();
        self.people.iter().filter(move |person| {
            needle.is_empty()
                || person.name.to_lowercase().contains(&needle)
                || person.phone.contains(&needle)
                || person.email.contains(&needle)
                || person.persona.name() == needle
                || person.username.as_deref().is_some_and(|name| name.contains(&needle))
        })
    }

    /// People with at least one message on a line, in the order of their ids.
    pub fn with_messages(&self, line: Line) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |person| person.thread.iter().any(|entry| entry.line == line))
    }
}

fn draw_persona(config: &PopulationConfig, draws: &mut Draws) -> Persona {
    let total: u64 = config.mix.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let mut left = draws.below(total);
    for (persona, weight) in &config.mix {
        if left < u64::from(*weight) {
            return *persona;
        }
        left -= u64::from(*weight);
    }
    Persona::Manual
}

/// A business-scoped user id: ISO country, a point, digits (reference 4.2).
pub(super) fn user_id(phone: &str, draws: &mut Draws) -> String {
    let country = match phone {
        p if p.starts_with("+44") => "GB",
        p if p.starts_with("+55") => "BR",
        p if p.starts_with("+52") => "MX",
        p if p.starts_with("+91") => "IN",
        p if p.starts_with("+1") => "US",
        _ => "ZZ",
    };
    let digits: String = (0..20).map(|i| char::from(b'0' + if i == 0 { 1 + draws.below(9) } else { draws.below(10) } as u8)).collect();
    format!("{country}.{digits}")
}

fn new_person(name: String, phone: String, persona: Persona, draws: &mut Draws) -> Person {
    let user_id = user_id(&phone, draws);
    let username = (persona == Persona::UsernameOnly).then(|| format!("customer.{}", draws.below(9_000_000) + 1_000_000));
    Person {
        id: PersonId(0),
        name,
        email: format!("{}@example.org", phone.trim_start_matches('+')),
        user_id,
        username,
        phone_hidden: persona == Persona::UsernameOnly,
        on_whatsapp: persona != Persona::SmsOnly,
        on_sms: true,
        // As about every second phone. Of the number and not of a draw: whoever is in the world stays as they were.
        on_rcs: has_rcs(&phone),
        read_receipts: persona != Persona::Private,
        persona,
        blocked: Default::default(),
        marketing_stopped: Default::default(),
        sms_stopped: Default::default(),
        windows: Default::default(),
        thread: Vec::new(),
        answers: Vec::new(),
        typing: BTreeMap::new(),
        identity_hash: format!("{:011x}=", draws.next_u64() & 0xFFF_FFFF_FFFF),
        phone,
    }
}

/// About every other phone, by its number: area code and last digit, so that neither one area nor one ending has all of them.
fn has_rcs(phone: &str) -> bool {
    let area = phone.bytes().skip(2).take(3);
    area.chain(phone.bytes().last()).filter(|byte| byte % 2 == 1).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_population() {
        let config = WorldConfig::default();
        let names = |seed| Population::generate(&config, seed).iter().map(|p| (p.phone.clone(), p.persona)).collect::<Vec<_>>();
        assert_eq!(names(1), names(1));
        assert_ne!(names(1), names(2));
    }

    #[test]
    fn people_are_found_by_any_spelling_of_their_number() {
        let population = Population::generate(&WorldConfig::default(), 3);
        let person = population.get(PersonId(4)).map(|p| p.phone.clone()).unwrap_or_default();
        let spelled = format!("+1 ({}) {}-{}", &person[2..5], &person[5..8], &person[8..]);
        assert_eq!(population.by_phone(&spelled), Some(PersonId(4)));
    }
}
