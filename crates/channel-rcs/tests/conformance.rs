//! RCS keeps the promises of every adapter.

mod google;

use google::RcsRig;

channel_tests::suite!(RcsRig::default());

#[tokio::test]
async fn a27_every_content_leaves_as_the_golden_file_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/contents.txt");
    channel_tests::golden::every_content_leaves_as_the_golden_file_says(&RcsRig::default(), file.as_ref()).await;
}
