use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{KeyRing, KeyUse, Secret};
use uuid::Uuid;

/// How long an enrolment link is good.
pub(super) const LINK_SECONDS: i64 = 24 * 3_600;
/// Begins the code in a link, so that secret scanners can match it.
const PREFIX: &str = "bk_en_";
const ID_BYTES: usize = 16;
const TAG_BYTES: usize = 32;

/// The subject of the mail with a link. Which language a new employee reads is not known yet.
pub(super) const MAIL_SUBJECT: &str = "Okto: xodimlar paneli / панель сотрудников / staff panel";

/// The mail with a link.
pub(super) fn mail(name: &str, link: &str) -> String {
    format!(
        "{name}\n\n\
         Sizni bank xodimlari paneliga qoʻshishdi. Kirish kalitini shu havolada yarating. Havola \
         bir marta, bir sutka ichida ishlaydi. Uni hech kimga bermang.\n\n\
         Вас добавили в панель сотрудников банка. Создайте ключ доступа по этой ссылке. Она \
         сработает один раз в течение суток. Никому её не передавайте.\n\n\
         You were added to the panel of the bank's staff. Create your passkey with this link. It \
         works once, within a day. Give it to nobody.\n\n{link}\n"
    )
}

/// What stands in the link of an enrolment: its id, and a keyed hash of it. Only the installation
/// can make one, and nothing of it is stored.
pub(super) fn code(keys: &KeyRing, id: Uuid) -> Secret<String> {
    let tag = keys.sign(KeyUse::StaffEnrolment, &[id.as_bytes()]);
    let bytes = [id.as_bytes().as_slice(), &tag].concat();
    Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// The enrolment of a code. `None` for anything that the bank cannot have made.
pub(super) fn read(keys: &KeyRing, code: &str) -> Option<Uuid> {
    let mut bytes = [0_u8; ID_BYTES + TAG_BYTES];
    let encoded = code.strip_prefix(PREFIX)?;
    let length = URL_SAFE_NO_PAD.decode_slice(encoded, &mut bytes).ok()?;
    let (id, tag) = bytes.get(..length)?.split_first_chunk::<ID_BYTES>()?;
    keys.verify(KeyUse::StaffEnrolment, &[id], tag).then(|| Uuid::from_bytes(*id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_installation_makes_codes() {
        let (keys, others) =
            (KeyRing::new(Secret::new([1; 32])), KeyRing::new(Secret::new([2; 32])));
        let id = Uuid::from_u128(7);
        let made = code(&keys, id);
        assert_eq!(read(&keys, made.expose()), Some(id));
        assert_eq!(read(&others, made.expose()), None);
        for bad in ["", "bk_en_", "bk_en_AAAA", &made.expose()[1..], &format!("{}A", made.expose())]
        {
            assert_eq!(read(&keys, bad), None, "{bad}");
        }
        let mut changed = made.expose().clone().into_bytes();
        changed[10] ^= 1;
        assert_eq!(read(&keys, &String::from_utf8_lossy(&changed)), None);
    }
}
