//! Phone numbers that belong to nobody: documentation ranges only.

/// Geographic area codes of the United States; with `555-01xx` behind them the numbers are reserved for fiction.
const AREA_CODES: &str = "202 212 213 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 325 330 331 334 336 337 339 347 351 352 360 361 385 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440 443 469 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 540 541 551 559 561 562 563 567 570 571 573 574 575 580 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 630 631 636 641 646 650 651 660 661 662 678 682 701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 727 731 732 734 740 754 757 760 763 765 770 772 773 774 775 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816 817 818 828 830 831 832 843 845 847 848 850 856 857 858 859 860 862 863 864 865 870 878 901 903 904 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 931 936 937 940 941 947 949 951 952 954 956 970 971 972 973 978 979 980 985 989";

/// The last two digits from here on are kept for numbers with scripted outcomes (see `outcomes`).
const ORDINARY_LINES: u32 = 80;

/// How many people a world can have in each country.
pub fn us_max() -> u32 {
    AREA_CODES.split(' ').count() as u32 * (ORDINARY_LINES - 1)
}

pub const UK_MAX: u32 = 800;

/// The n-th number of the United States: spread over area codes first, so that neighbours live in different time zones.
/// Line 0100 is left to businesses.
pub fn us(n: u32) -> String {
    let codes: Vec<&str> = AREA_CODES.split(' ').collect();
    let count = codes.len() as u32;
    // A stride that shares no factor with the count visits every code once.
    let code = codes[((n % count) * 89 % count) as usize];
    format!("+1{code}55501{:02}", 1 + (n / count) % (ORDINARY_LINES - 1))
}

/// The n-th number of the range that the United Kingdom keeps for drama; 900000-900199 is left out because of the scripted endings.
pub fn uk(n: u32) -> String {
    format!("+447700900{:03}", (200 + n % 800) % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_number_is_distinct_and_from_a_documentation_range() {
        let all: BTreeSet<String> = (0..us_max()).map(us).collect();
        assert_eq!(all.len(), us_max() as usize);
        assert!(all.iter().all(|number| number.len() == 12 && &number[5..10] == "55501"));
        let uk: BTreeSet<String> = (0..800).map(uk).collect();
        assert_eq!(uk.len(), 800);
    }
}
