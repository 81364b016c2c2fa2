//! The words. Case, accents, apostrophes and punctuation do not matter: the lists are normalised as messages are.

/// Whole messages that revoke, in any case and with any punctuation. The first line holds the providers' and the regulator's words
/// (Twilio "Advanced Opt-Out"; FCC 24-18).
#[rustfmt::skip]
pub const STOP: &[&str] = &[
    "stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out", "unsub",
    "stop messages", "stop texts", "stop now", "stop it", "unsubscribe me", "unsubscribe all",
    "remove me", "opt me out", "stop sms", "stop marketing", "stop promotions", "cancel all", "stopp all", "opt out all", "stop stop", "stop stop stop",
    // Spanish, Catalan
    "alto", "baja", "parar", "cancelar", "detener", "darme de baja", "darse de baja", "dar de baja", "no mas mensajes", "no molestar", "salir", "aturar", "prou", "cancelar suscripcion",
    // Portuguese
    "sair", "pare", "parar mensagens", "descadastrar", "cancelar inscricao", "remover", "parem", "cancela",
    // French
    "arret", "arreter", "arretez", "desinscrire", "desinscription", "desabonner", "desabonnement", "me desabonner", "stop sms", "stop pub",
    // German, Dutch, Afrikaans
    "stopp", "abmelden", "abbestellen", "abbruch", "austragen", "aufhoren", "beenden", "afmelden", "uitschrijven", "stoppen", "opzeggen", "staak",
    // Italian, Romanian
    "ferma", "fermare", "basta", "annulla", "cancellami", "disiscrivimi", "disiscriviti", "smettere", "opreste", "opriti", "dezabonare", "renunt", "anuleaza", "dezaboneaza",
    // Swedish, Norwegian, Danish, Finnish, Icelandic, Estonian
    "stoppa", "avsluta", "avregistrera", "avmeld", "avslutt", "afmeld", "framelding", "lopeta", "peruuta", "poistu", "seis", "hætta", "lopeta viestit", "lopp", "loobu", "lopeta kaikki",
    // Polish, Czech, Slovak, Slovenian, Croatian, Hungarian, Lithuanian, Latvian
    "wypisz", "rezygnuje", "zatrzymaj", "wypisz mnie", "koniec", "anuluj", "odhlasit", "zrusit", "konec", "ukonci", "zrusit odber", "odjava", "odjavi", "ustavi", "prekini", "zaustavi",
    "leiratkozas", "leiratkozom", "leallitas", "vege", "állj", "stabdyti", "atsisakau", "atsisakyti", "apturet", "atteikties",
    // Turkish, Azerbaijani, Greek, Albanian
    "dur", "durdur", "iptal", "ret", "abonelikten cik", "cik", "dayandir", "σταματα", "στοπ", "διαγραφη", "τελος", "ακυρωση", "ndalo", "ndal",
    // Russian, Ukrainian, Bulgarian, Serbian
    "стоп", "отписаться", "отписка", "отмена", "отпишите меня", "отписать", "хватит", "прекратить", "прекратите", "відписатися", "відписатись", "відписка", "зупинити", "досить", "спри", "спрете", "отказ", "заустави", "престани", "одјава",
    // Arabic, Hebrew, Persian, Urdu
    "توقف", "ايقاف", "إيقاف", "الغاء", "إلغاء", "الغاء الاشتراك", "إلغاء الاشتراك", "قف", "أوقف", "اوقف", "הפסק", "עצור", "הסר", "הסרה", "תפסיקו", "די", "توقف کنید", "لغو", "لغو اشتراک", "روکو", "بند کرو", "بند کریں",
    // Hindi, Bengali, Tamil, Telugu, Gujarati, Marathi
    "रुको", "रोको", "बंद करो", "बंद करें", "बंद कर", "रोकें", "स्टॉप", "सदस्यता समाप्त करें", "থামুন", "বন্ধ", "বন্ধ করুন", "স্টপ", "நிறுத்து", "நிறுத்தவும்", "ஸ்டாப்", "ఆపు", "ఆపండి", "બંધ કરો", "રોકો", "थांबा", "थांबवा",
    // Indonesian, Malay, Filipino, Vietnamese, Swahili
    "berhenti", "henti", "hentikan", "berhenti langganan", "batal", "tigil", "itigil", "ihinto", "hinto", "dung", "dừng", "dung lai", "dừng lại", "huy", "hủy", "ngung", "ngừng", "tu choi", "từ chối", "simama", "sitisha", "ondoa",
    // Chinese, Japanese, Korean, Thai, Lao, Khmer
    "停止", "停", "退订", "退訂", "取消", "取消订阅", "取消訂閱", "td", "拒收", "ストップ", "停止して", "配信停止", "解除", "配信停止してください", "停止してください", "やめて", "やめてください", "退会", "중지", "그만", "수신거부", "정지", "취소", "스톱", "หยุด", "ยกเลิก", "เลิก", "ยกเลิกการรับข่าวสาร",
    // Georgian, Armenian, Amharic
    "შეწყვეტა", "სტოპ", "კმარა", "կանգ", "դադարեցնել", "ստոպ", "አቁም", "ይቁም",
    
];

#[rustfmt::skip]
pub const START: &[&str] = &[
    "start", "unstop", "resume", "subscribe", "opt in", "optin", "resubscribe", "sign me up", "join",
    "empezar", "iniciar", "alta", "suscribir", "suscribirme", "reanudar", "comecar", "inscrever", "voltar", "retomar", "commencer", "reprendre", "inscription", "debut",
    "starten", "anmelden", "fortsetzen", "aanmelden", "hervatten", "inizia", "iscrivimi", "riprendi", "starta", "borja", "tilmeld", "aloita", "wznow", "zapisz", "zacit", "inditas",
    "basla", "baslat", "abone ol", "εναρξη", "старт", "начать", "подписаться", "возобновить", "підписатися", "почати", "ابدأ", "ابدا", "اشتراك", "התחל", "הצטרף", "शुरू", "शुरू करें", "mulai", "langganan", "mula", "bat dau", "bắt đầu", "anza",
    "开始", "開始", "订阅", "訂閱", "再開", "登録", "スタート", "시작", "구독", "เริ่ม", "สมัคร",
];

#[rustfmt::skip]
pub const HELP: &[&str] = &[
    "help", "info", "help me", "information", "ayuda", "ajuda", "aide", "hilfe", "hulp", "aiuto", "hjalp", "hjelp", "apua", "pomoc", "pomoci", "segitseg", "ajutor", "yardim", "βοηθεια", "помощь", "допомога", "помощ", "помоћ",
    "مساعدة", "עזרה", "کمک", "मदद", "সাহায্য", "bantuan", "tolong", "tulong", "tro giup", "trợ giúp", "msaada", "帮助", "幫助", "ヘルプ", "助けて", "도움", "도움말", "ช่วยเหลือ",
];

/// Words that change nothing: `STOP PLEASE` is STOP.
#[rustfmt::skip]
pub const POLITE: &[&str] = &[
    "please", "pls", "plz", "now", "thanks", "thank", "you", "thx", "ty", "kindly", "hi", "hello", "por", "favor", "gracias", "obrigado", "obrigada", "bitte", "danke", "svp", "sil", "vous", "te", "plait", "merci", "prego", "favore", "per", "grazie",
    "alstublieft", "aub", "graag", "tack", "takk", "tak", "kiitos", "prosze", "dziekuje", "prosim", "dekuji", "kerem", "koszonom", "lutfen", "παρακαλω", "пожалуйста", "спасибо", "будь", "ласка", "моля", "من", "فضلك", "شكرا", "בבקשה", "תודה", "कृपया", "tolong", "terima", "kasih",
];

/// Parts of longer messages that may be a revocation. Wide on purpose: the price of a false alarm is that a person looks.
#[rustfmt::skip]
pub const STOP_PHRASES: &[&str] = &[
    // English
    "stop", "stopp", "unsubscribe", "unsubscribed", "opt out", "opt me out", "opting out", "optout", "remove me", "take me off", "leave me alone", "quit texting", "quit messaging", "quit sending", "no more messages", "no more texts", "no more sms", "no more spam", "no more marketing",
    "do not contact", "dont contact", "do not text", "dont text", "do not message", "dont message", "do not send", "dont send", "do not write", "dont write", "dont want your messages", "dont want these", "dont want any more", "dont want to receive", "do not want to receive", "do not want these", "no longer want", "not interested",
    "cancel my subscription", "cancel subscription", "delete my number", "remove my number", "lose my number", "revoke", "i withdraw", "end messages", "cease", "spam", "lemme alone", "off your list", "off this list", "off the list", "dont bother me",
    // Spanish, Portuguese
    "no me escriban", "no me escribas", "no me envien", "no me envies", "no me manden", "no me mandes", "no quiero recibir", "no quiero mas", "no quiero estos", "dejen de", "deja de", "dejar de", "de baja", "no mas mensajes", "borrenme", "eliminame", "quitenme",
    "nao quero receber", "nao quero mais", "nao me mandem", "nao me mande", "nao me envie", "nao me enviem", "parem de", "pare de", "para de mandar", "me tirem", "me tira da lista", "me remova", "me descadastre", "chega de mensagens", "sair da lista",
    // French, German, Dutch
    "plus recevoir", "plus de messages", "plus de sms", "arretez", "arrete de", "arreter", "desabonner", "desinscrire", "desinscrivez", "desabonnez", "ne mecrivez plus", "ne menvoyez plus", "laissez moi tranquille", "retirez moi",
    "keine nachrichten", "keine sms", "keine werbung", "nicht mehr schreiben", "nicht mehr anschreiben", "nicht mehr kontaktieren", "abmelden", "abbestellen", "aufhoren", "hort auf", "horen sie auf", "schreiben sie mir nicht", "lasst mich in ruhe", "loschen sie meine", "austragen",
    "geen berichten", "geen smsjes", "uitschrijven", "afmelden", "niet meer ontvangen", "niet meer sturen", "hou op", "houd op",
    // Italian, Romanian
    "non scrivetemi", "non voglio piu", "non voglio ricevere", "non inviatemi", "basta messaggi", "smettetela", "smettete", "smettila", "cancellatemi", "disiscrivermi", "toglietemi", "rimuovetemi",
    "nu mai vreau", "nu imi mai trimiteti", "nu mi mai trimiteti", "nu ma mai contactati", "dezabonati", "dezabonare", "opriti mesajele", "scoateti ma",
    // Nordic
    "sluta skicka", "inga fler", "vill inte ha", "avregistrera", "ta bort mig", "ikke send", "slutt a sende", "vil ikke ha", "ingen flere", "fjern meg", "fjern mig", "hold op med", "vil ikke modtage", "alka lahettako", "alkaa lahettako", "en halua", "lopettakaa", "poistakaa minut",
    // Central and Eastern Europe
    "nie chce", "prosze nie pisac", "nie wysylajcie", "nie piszcie", "przestancie", "wypiszcie", "usuncie moj", "nechci", "neposilejte", "prestante", "odhlaste", "nechcem", "neposielajte", "ne zelim", "ne saljite", "prestanite", "nem kerek", "ne kuldjenek", "ne irjanak", "hagyjak abba", "iratkozzak", "nebesiuskite", "nenoriu", "nesutiet", "nevelos",
    // Turkish, Greek
    "mesaj atmayin", "mesaj gondermeyin", "istemiyorum", "aboneligimi iptal", "listeden cikar", "yazmayin", "rahatsiz etmeyin", "μη μου στελνετε", "μη μου ξαναστειλετε", "δεν θελω", "σταματηστε", "διαγραψτε με",
    // Russian, Ukrainian, Bulgarian, Serbian
    "не пишите", "не присылайте", "не хочу получать", "отпишите", "отпишите меня", "отписаться", "хватит", "прекратите", "перестаньте", "удалите мой номер", "не шлите", "не пишіть", "не надсилайте", "не хочу отримувати", "відпишіть", "припиніть", "не ми пишете", "не искам", "не желая", "спрете", "не желим", "не шаљите", "престаните",
    // Arabic, Hebrew, Persian, Urdu
    "لا ترسل", "لا ترسلوا", "توقف عن", "توقفوا عن", "توقفوا", "لا اريد", "لا أريد", "الغاء الاشتراك", "إلغاء الاشتراك", "احذفوا رقمي", "אל תשלחו", "תפסיקו", "תפסיקי", "להסיר אותי", "תסירו אותי", "לא רוצה", "הסירו אותי", "پیام ندهید", "نفرستید", "نمیخواهم", "نمی خواهم", "پیغام مت", "میسج مت", "مت بھیجیں",
    // South Asia
    "मैसेज मत", "संदेश मत", "मत भेजो", "मत भेजें", "मत भेजिए", "बंद करो", "बंद करें", "बंद कीजिए", "नहीं चाहिए", "পাঠাবেন না", "চাই না", "বন্ধ করুন", "அனுப்ப வேண்டாம்", "வேண்டாம்", "పంపవద్దు", "వద్దు", "મોકલશો નહીં", "पाठवू नका", "mat bhejo", "band karo",
    // South-East Asia, East Africa
    "jangan kirim", "berhenti mengirim", "tidak mau", "tidak ingin menerima", "hapus nomor saya", "jangan hantar", "tak nak terima", "huwag na", "tigilan", "ayoko na", "wag na", "dung gui", "đừng gửi", "khong muon nhan", "không muốn nhận", "ngung gui", "ngừng gửi", "acheni kunitumia", "usinitumie", "msinitumie", "sitaki",
    // Chinese, Japanese, Korean, Thai
    "不要再发", "不要再發", "别再发", "別再發", "不要发", "不要給我", "不要给我", "别发", "退订", "退訂", "取消订阅", "取消訂閱", "停止发送", "停止發送", "不想收到", "送らないで", "送信しないで", "配信停止", "配信を停止", "やめて", "いりません", "不要です", "解除して", "보내지 마", "보내지마", "그만 보내", "그만보내", "받고 싶지 않", "수신거부", "수신 거부", "อย่าส่ง", "ไม่ต้องการรับ", "หยุดส่ง", "เลิกส่ง", "ไม่อยากรับ", "ยกเลิกการรับ",
    // Other scripts
    "აღარ გამომიგზავნოთ", "არ მინდა", "չեմ ուզում", "մի ուղարկեք", "አትላኩልኝ",
];

/// Uses of the same words that mean something else. They are taken out before the search, so anything else in the message still counts.
#[rustfmt::skip]
pub const HARMLESS: &[&str] = &[
    "dont stop", "do not stop", "never stop", "cant stop", "cannot stop", "wont stop", "please dont stop", "non stop", "nonstop", "bus stop", "the stop", "next stop", "stop sign", "stop light", "tram stop", "metro stop", "last stop", "first stop", "one stop", "pit stop", "full stop", "stop by", "stop over", "stop in", "short stop", "stop watch", "stop motion",
    "does the sale stop", "when does it stop", "sale stop", "offer stop", "stop working", "stop button", "did it stop", "will it stop", "to stop at", "stop at the", "stop and shop", "rain stop", "doesnt stop", "does not stop", "stop loss", "stop valve", "door stop", "stop delivery", "stop the delivery", "stop the order", "stop my order", "stop payment", "stop the payment", "stop a payment", "stop the machine", "stop the bleeding", "stop charging", "stop leaking", "stop raining", "stop the alarm",
    "no spam", "not spam", "spam folder", "in spam", "in my spam", "cease fire", "dont send it yet", "dont send the order", "do not send the order", "not interested in the blue", "stopp schild", "arret de bus", "prochain arret",
];
