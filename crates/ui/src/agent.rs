//! What a browser says it is, as people say it: `Chrome, Android`. Whatever it says may be false,
//! so it names things and decides nothing.

/// Programs by the mark that tells them, the more particular first: most claim to be others too.
const PROGRAMS: [(&str, &str); 10] = [
    ("YaBrowser/", "Yandex"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("EdgA/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
];

/// The program and the system of a user agent. The beginning of what it says when neither is known;
/// empty when it says nothing.
pub fn name(user_agent: &str) -> String {
    let of = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (of(&PROGRAMS), of(&SYSTEMS)) {
        (Some(program), Some(system)) => format!("{program}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => user_agent.split([' ', '/', '(']).next().unwrap_or_default().to_owned(),
    }
}

/// Whether it is something one holds in the hand.
pub fn is_handheld(user_agent: &str) -> bool {
    ["Android", "iPhone", "iPad", "okto-app"].iter().any(|mark| user_agent.contains(mark))
}

/// The icon of a device.
pub fn icon(user_agent: &str) -> &'static str {
    if is_handheld(user_agent) { "device-mobile" } else { "desktop" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_people_name_them() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/126.0.0.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (Linux; arm_64; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/124.0.0.0 YaBrowser/24.6 Mobile Safari/537.36",
                "Yandex, Android",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                "Firefox, Linux",
            ),
            ("okto-app/2.1 (Android)", "Android"),
            ("curl/8.5.0", "curl"),
            ("", ""),
        ] {
            assert_eq!(name(agent), expected, "{agent}");
        }
    }
}
