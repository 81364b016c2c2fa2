//! The product's lives: it starts on what is there, dies, and must find everything as it was.

use anyhow::{Context as _, Result};
use model::Millis;
use model::template::ApprovalState;
use runtime::documents::TemplateDoc;
use storage::DocumentExt as _;

use super::stage::Stage;
use crate::door::door;
use crate::oracle::{self, broken};
use crate::product::{Making, Product, Turn};
use crate::tenant::{self, TENANTS};

impl Stage {
    /// Another process on the same store. It may die while it starts.
    pub(super) async fn start(&mut self) -> Result<()> {
        self.lives += 1;
        self.chaos.revive();
        let making = Making {
            folder: self.folder.path(),
            clock: &self.clock,
            chaos: &self.chaos,
            wire: &self.wire,
            plant: self.plant,
            seed: self.seed.wrapping_mul(1_000_003).wrapping_add(self.lives),
        };
        match Product::start(making).await {
            Ok(product) => {
                if let Some(left) = self.left.take() {
                    let found = oracle::fingerprint(&*product.store).await?;
                    if left != found {
                        let line = left.lines().zip(found.lines()).find(|(a, b)| a != b);
                        return Err(broken("restart", format!("the store is not as it was left: {line:?}")));
                    }
                }
                self.sink.connect(Some(door(product.engine.clone())));
                self.product = Some(product);
                self.next = Turn::ALL.map(|turn| (turn, Some(self.now()))).into();
                Ok(())
            }
            // A fault in the middle of the start: the process gives up, and somebody starts it again.
            Err(_) if self.lives > 1 => {
                self.crashes += 1;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// The process is gone; its store is left as it is.
    pub(super) async fn bury(&mut self) -> Result<()> {
        self.sink.connect(None);
        self.next.clear();
        if let Some(product) = self.product.take() {
            self.crashes += 1;
            // Whoever still ran has no port any more; what is stored now is what the next process finds.
            self.chaos.kill();
            for _ in 0..64 {
                tokio::task::yield_now().await;
            }
            self.left = Some(oracle::fingerprint(&*product.store).await?);
            product.end().await?;
        }
        Ok(())
    }

    pub(super) async fn set_up(&mut self) -> Result<()> {
        let product = self.product.as_mut().context("the product does not run")?;
        for n in 0..TENANTS {
            tenant::set_up(&product.engine, n, self.plant).await?;
            let ws = tenant::workspace(n);
            let account = product.engine.account(tenant::sender(n, model::Channel::Whatsapp)).context("no account")?;
            for stored in product.engine.store().all::<TemplateDoc>(ws).await? {
                let template = stored.value.0;
                for language in template.languages.keys() {
                    let approval = product.whatsapp.submit_template(&account, &template, language).await;
                    let approval = approval.map_err(|error| anyhow::anyhow!("{}: {}", template.name, error.for_user))?;
                    product
                        .engine
                        .change::<TemplateDoc>(ws, &stored.id, |known| {
                            if let Some(text) = known.0.languages.get_mut(language) {
                                text.approval = approval.clone();
                                text.approval.version = Some(template.version.clone());
                            }
                            true
                        })
                        .await?;
                }
            }
            product.engine.reload(ws).await?;
        }
        // The provider looks at the templates.
        for _ in 0..10 {
            self.clock.pass(Millis::from_secs(1));
            for world in &self.worlds {
                world.tick();
                world.deliver(1).await;
            }
        }
        let product = self.product.as_ref().context("the product does not run")?;
        for n in 0..TENANTS {
            for stored in product.store.all::<TemplateDoc>(tenant::workspace(n)).await? {
                let template = stored.value.0;
                let approved = template.languages.values().all(|text| text.approval.state == ApprovalState::Approved);
                anyhow::ensure!(approved, "the provider did not approve {}", template.name);
            }
        }
        self.sink.take_posts();
        Ok(())
    }
}
