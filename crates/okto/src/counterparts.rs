//! The accounts at whom the bank talks to.

use std::path::PathBuf;

use connectors::Timeouts;
use connectors::abs::AbsConfig;
use connectors::cbu::CbuConfig;
use connectors::eskiz::EskizConfig;
use connectors::smtp::{Security, SmtpConfig};
use edge::Site;
use kernel::{EmailAddress, Error, Result, Secret};

/// The account at the SMS operator.
#[derive(clap::Args, Clone)]
#[expect(clippy::struct_field_names, reason = "they are the names of the options")]
pub struct SmsAccount {
    /// Address of the Eskiz API.
    #[arg(long, env = "OKTO_ESKIZ_URL", default_value = "https://notify.eskiz.uz/api")]
    eskiz_url: String,
    /// Login at Eskiz.
    #[arg(long, env = "OKTO_ESKIZ_EMAIL")]
    eskiz_email: String,
    /// File with the password at Eskiz.
    #[arg(long, env = "OKTO_ESKIZ_PASSWORD_FILE")]
    eskiz_password_file: PathBuf,
    /// The sender that phones show.
    #[arg(long, env = "OKTO_ESKIZ_FROM", default_value = "4546")]
    eskiz_from: String,
}

impl SmsAccount {
    pub fn config(&self) -> Result<EskizConfig> {
        let password = std::fs::read_to_string(&self.eskiz_password_file)
            .map_err(|e| Error::broken("reading the file with the password at Eskiz", e))?;
        Ok(EskizConfig {
            base_url: self.eskiz_url.clone(),
            email: self.eskiz_email.clone(),
            password: Secret::new(password.trim().to_owned()),
            from: self.eskiz_from.clone(),
            timeouts: Timeouts::default(),
        })
    }
}

/// The account at the mail server.
#[derive(clap::Args, Clone)]
pub struct MailAccount {
    /// The mail server.
    #[arg(long, env = "OKTO_SMTP_HOST")]
    smtp_host: String,
    /// Its port.
    #[arg(long, env = "OKTO_SMTP_PORT", default_value_t = 587)]
    smtp_port: u16,
    /// How the connection is protected: `starttls`, `tls` from its beginning, or `none` for a
    /// server on this machine.
    #[arg(long, env = "OKTO_SMTP_SECURITY", default_value = "starttls")]
    smtp_security: MailSecurity,
    /// Login at the mail server.
    #[arg(long, env = "OKTO_SMTP_USER")]
    smtp_user: String,
    /// File with the password at the mail server.
    #[arg(long, env = "OKTO_SMTP_PASSWORD_FILE")]
    smtp_password_file: PathBuf,
    /// The address from which customers get mail.
    #[arg(long, env = "OKTO_SMTP_FROM")]
    smtp_from: String,
    /// The address under which customers know the phone app, such as `https://my.okto.example`:
    /// mail says where to stop one's money.
    #[arg(long, env = "OKTO_WEB_SITE")]
    web_site: Site,
}

/// How a connection to the mail server is protected.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum MailSecurity {
    Starttls,
    Tls,
    None,
}

impl MailAccount {
    pub fn config(&self) -> Result<SmtpConfig> {
        let password = std::fs::read_to_string(&self.smtp_password_file)
            .map_err(|e| Error::broken("reading the file with the password of the mail", e))?;
        let from = EmailAddress::parse(&self.smtp_from).ok_or(Error::broken(
            "reading the address from which customers get mail",
            "--smtp-from is not an e-mail address",
        ))?;
        Ok(SmtpConfig {
            host: self.smtp_host.clone(),
            port: self.smtp_port,
            security: match self.smtp_security {
                MailSecurity::Starttls => Security::StartTls,
                MailSecurity::Tls => Security::Tls,
                MailSecurity::None => Security::None,
            },
            user: self.smtp_user.clone(),
            password: Secret::new(password.trim().to_owned()),
            from,
            timeouts: Timeouts::default(),
        })
    }

    pub fn site(&self) -> Site {
        self.web_site.clone()
    }
}

/// Where the general ledger is kept, and where rates of currencies are published.
#[derive(clap::Args, Clone)]
pub struct Books {
    /// Address of the core banking system (ABS), which speaks the bank's own contract. Without it
    /// the documents for the general ledger wait.
    #[arg(long, env = "OKTO_ABS_URL", requires = "abs_token_file")]
    abs_url: Option<String>,
    /// File with the token that the ABS knows the bank by.
    #[arg(long, env = "OKTO_ABS_TOKEN_FILE", value_name = "FILE")]
    abs_token_file: Option<PathBuf>,
    /// Address below which the Central Bank publishes the rates of currencies.
    #[arg(long, env = "OKTO_CBU_URL", default_value = "https://cbu.uz")]
    cbu_url: String,
}

impl Books {
    pub fn abs(&self) -> Result<Option<AbsConfig>> {
        let (Some(url), Some(file)) = (&self.abs_url, &self.abs_token_file) else {
            return Ok(None);
        };
        let token = std::fs::read_to_string(file)
            .map_err(|e| Error::broken("reading the file with the token of the ABS", e))?;
        let token = Secret::new(token.trim().to_owned());
        Ok(Some(AbsConfig { base_url: url.clone(), token, timeouts: Timeouts::default() }))
    }

    pub fn cbu(&self) -> CbuConfig {
        CbuConfig { base_url: self.cbu_url.clone(), timeouts: Timeouts::default() }
    }
}
