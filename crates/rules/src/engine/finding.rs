//! One bad state that was found: what, since when, how it is known, what to do.

use mustknow_cluster::model::time::Time;

use crate::engine::evidence::{Evidence, Subject};
use crate::engine::meta::Severity;

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The mechanism is known from source and every part of it was seen.
    Certain,
    /// One part of the mechanism was inferred.
    Likely,
    /// It fits, and other causes would too.
    Possible,
}

impl Certainty {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }

    /// Why a finding is no more and no less sure, where its rule says nothing more exact.
    pub const fn because(self) -> &'static str {
        match self {
            Self::Certain => "the mechanism is known and every part of it was seen",
            Self::Likely => "the mechanism is known, and one part of it was inferred",
            Self::Possible => "it fits what was seen, and other causes would too",
        }
    }
}

/// Something that findings of one rule can have in common, and that is then what is wrong: the
/// engine makes one finding of those that share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKey {
    /// An endpoint, as host and port.
    Endpoint,
    /// A registry host.
    Registry,
    /// An image.
    Image,
    /// A webhook.
    Webhook,
    /// A certificate authority, by its name.
    Signer,
    /// A namespace.
    Namespace,
    /// A StorageClass or provisioner.
    Storage,
    /// A node.
    Node,
    /// A zone.
    Zone,
    /// A moment: everything began within the same minute.
    Moment,
}

impl GroupKey {
    /// The noun for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Registry => "registry",
            Self::Image => "image",
            Self::Webhook => "webhook",
            Self::Signer => "signer",
            Self::Namespace => "namespace",
            Self::Storage => "storage",
            Self::Node => "node",
            Self::Zone => "zone",
            Self::Moment => "moment",
        }
    }

    /// The kind of a subject that is such a thing.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Namespace => "Namespace",
            Self::Node => "Node",
            _ => self.word(),
        }
    }

    /// How a thing of that name is shared, after "each".
    pub fn phrase(self, name: &str) -> String {
        let preposition = match self {
            Self::Endpoint => "behind",
            Self::Registry => "from",
            Self::Image => "with",
            Self::Webhook => "through",
            Self::Signer => "signed by",
            Self::Storage | Self::Node => "on",
            Self::Namespace | Self::Zone => "in",
            Self::Moment => return format!("since {name}"),
        };
        format!("{preposition} {} {name}", self.word())
    }

    /// How many findings must share it before it is no coincidence.
    pub const fn least(self) -> usize {
        match self {
            Self::Endpoint | Self::Registry | Self::Image | Self::Webhook | Self::Signer => 2,
            Self::Namespace | Self::Storage | Self::Node | Self::Zone | Self::Moment => 3,
        }
    }
}

/// Something a finding explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// What the explained finding is about.
    pub subject: Subject,
    /// Words its conditions must contain; empty for any.
    pub keywords: String,
}

/// How a precondition of a remedy stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The archive shows that it holds; how.
    Verified(String),
    /// The archive cannot show it; a command that does, or empty when no command can.
    ByHand(String),
    /// The archive shows that it does not hold; how.
    Violated(String),
}

/// What must hold before a remedy is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precondition {
    /// What must hold.
    pub what: String,
    /// How it stands.
    pub proof: Proof,
}

/// What to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remedy {
    /// The deed, in a sentence.
    pub what: String,
    /// Commands that do it.
    pub commands: Vec<String>,
    /// Commands that show it worked.
    pub verify: Vec<String>,
    /// What else will happen.
    pub side_effects: Vec<String>,
    /// What must hold before.
    pub before_you_act: Vec<Precondition>,
}

impl Remedy {
    /// A remedy in words.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }

    /// Adds a command that does it.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.commands.push(command.into());
        self
    }

    /// Adds a command that shows it worked.
    #[must_use]
    pub fn verify(mut self, command: impl Into<String>) -> Self {
        self.verify.push(command.into());
        self
    }

    /// Adds something else that will happen.
    #[must_use]
    pub fn side_effect(mut self, effect: impl Into<String>) -> Self {
        self.side_effects.push(effect.into());
        self
    }

    /// Adds a precondition.
    #[must_use]
    pub fn before(mut self, what: impl Into<String>, proof: Proof) -> Self {
        self.before_you_act.push(Precondition { what: what.into(), proof });
        self
    }

    /// Whether a precondition is known not to hold, so that no command may be offered.
    pub fn is_withheld(&self) -> bool {
        self.before_you_act.iter().any(|check| matches!(check.proof, Proof::Violated(_)))
    }
}

/// One bad state, with its evidence.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule; the engine fills it in.
    pub rule: &'static str,
    /// How bad; the rule's severity unless the finding says otherwise.
    pub severity: Option<Severity>,
    /// How sure.
    pub certainty: Certainty,
    /// What keeps it from being certain; empty for what [`Certainty::because`] says.
    pub doubt: String,
    /// What it may have in common with other findings of its rule, the most telling first.
    pub group_by: Vec<(GroupKey, String)>,
    /// The subjects of the findings that were united in this one; empty when it stands for itself.
    pub members: Vec<Subject>,
    /// What it is about.
    pub subject: Subject,
    /// What is wrong, in one line.
    pub summary: String,
    /// By which mechanism, and why it matters.
    pub why: String,
    /// Since when.
    pub since: Option<Time>,
    /// Reasons and messages of the conditions it quotes, for [`crate::causality`].
    pub keywords: String,
    /// At least one piece of evidence.
    pub evidence: Vec<Evidence>,
    /// What it explains by its own knowledge.
    pub explains: Vec<Effect>,
    /// What to do.
    pub remedy: Option<Remedy>,
}

impl Finding {
    /// A finding about `subject`, resting on `evidence`.
    pub fn new(subject: Subject, summary: impl Into<String>, evidence: Evidence) -> Self {
        Self {
            rule: "",
            severity: None,
            certainty: Certainty::Certain,
            doubt: String::new(),
            group_by: Vec::new(),
            members: Vec::new(),
            subject,
            summary: summary.into(),
            why: String::new(),
            since: None,
            keywords: String::new(),
            evidence: vec![evidence],
            explains: Vec::new(),
            remedy: None,
        }
    }

    /// Overrides the rule's severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Says how sure it is; certain when nothing is said.
    #[must_use]
    pub fn certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }

    /// Says what keeps it from being certain; of no account where it is certain.
    #[must_use]
    pub fn doubt(mut self, doubt: impl Into<String>) -> Self {
        self.doubt = doubt.into();
        self
    }

    /// Says that one part of the mechanism was inferred, and which.
    #[must_use]
    pub fn likely(self, doubt: impl Into<String>) -> Self {
        self.certainty(Certainty::Likely).doubt(doubt)
    }

    /// Says that other causes would fit too, and which or why.
    #[must_use]
    pub fn possible(self, doubt: impl Into<String>) -> Self {
        self.certainty(Certainty::Possible).doubt(doubt)
    }

    /// Why it is no more and no less sure.
    pub fn sure_because(&self) -> &str {
        match self.certainty {
            Certainty::Likely | Certainty::Possible if !self.doubt.is_empty() => &self.doubt,
            certainty => certainty.because(),
        }
    }

    /// Names something that other findings of the rule may share, the most telling first.
    #[must_use]
    pub fn group_by(mut self, common: GroupKey, name: impl Into<String>) -> Self {
        self.group_by.push((common, name.into()));
        self
    }

    /// Says by which mechanism.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Says since when.
    #[must_use]
    pub fn since(mut self, since: Option<Time>) -> Self {
        self.since = since;
        self
    }

    /// Keeps the words that conditions said.
    #[must_use]
    pub fn keywords(mut self, words: impl AsRef<str>) -> Self {
        if !self.keywords.is_empty() {
            self.keywords.push('\n');
        }
        self.keywords.push_str(words.as_ref());
        self
    }

    /// Adds evidence.
    #[must_use]
    pub fn evidence(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// Names something it explains: findings about `subject` whose conditions contain `keywords`.
    #[must_use]
    pub fn explains(mut self, subject: Subject, keywords: impl Into<String>) -> Self {
        self.explains.push(Effect { subject, keywords: keywords.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }
}
