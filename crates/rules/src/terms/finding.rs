//! One bad state that was found: what it is, since when, the evidence, and what to do.

use mustknow_cluster::model::time::{Span, Time};

use crate::terms::command::Command;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::meta::Severity;

/// How certain a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The mechanism is known from the source code, and the archive shows every part of it.
    Certain,
    /// One part of the mechanism was inferred.
    Likely,
    /// It matches the evidence, and so do other causes.
    Possible,
}

impl Certainty {
    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }

    /// The reason for this certainty where the rule does not give one.
    pub const fn default_reason(self) -> &'static str {
        match self {
            Self::Certain => "the mechanism is known, and the archive shows every part of it",
            Self::Likely => "the mechanism is known, and one part of it was inferred",
            Self::Possible => "it matches the evidence, and so do other causes",
        }
    }
}

/// Something that findings of one rule can have in common. The engine merges the findings that
/// share it into one finding about it.
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
    /// The CA that issued a certificate, by its name.
    Issuer,
    /// A namespace.
    Namespace,
    /// A StorageClass or provisioner.
    Storage,
    /// A node.
    Node,
    /// A zone.
    Zone,
    /// The time of the beginning: all findings began within the same minute.
    StartTime,
    /// The state of objects of one kind, such as `Pod Pending`.
    State,
}

impl GroupKey {
    /// The noun that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Registry => "registry",
            Self::Image => "image",
            Self::Webhook => "webhook",
            Self::Issuer => "signer",
            Self::Namespace => "namespace",
            Self::Storage => "storage",
            Self::Node => "node",
            Self::Zone => "zone",
            Self::StartTime => "moment",
            Self::State => "state",
        }
    }

    /// The kind of the subject of the merged finding.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Namespace => "Namespace",
            Self::Node => "Node",
            _ => self.as_str(),
        }
    }

    /// What the findings share, in words that follow "each".
    pub fn phrase(self, name: &str) -> String {
        let preposition = match self {
            Self::Endpoint => "behind",
            Self::Registry => "from",
            Self::Image => "with",
            Self::Webhook => "through",
            Self::Issuer => return format!("issued by {name}"),
            Self::Storage | Self::Node => "on",
            Self::Namespace | Self::Zone | Self::State => "in",
            Self::StartTime => return format!("since {name}"),
        };
        format!("{preposition} {} {name}", self.as_str())
    }

    /// How many findings must share it before they are merged; fewer can be a coincidence.
    pub const fn min_members(self) -> usize {
        match self {
            Self::Endpoint | Self::Registry | Self::Image | Self::Webhook | Self::Issuer => 2,
            Self::Namespace | Self::Storage | Self::Node | Self::Zone | Self::StartTime => 3,
            Self::State => 10,
        }
    }
}

/// An effect that a finding explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// What the explained finding is about.
    pub subject: Subject,
    /// Text that the keywords of the explained finding must contain; empty for any.
    pub keywords: String,
}

/// Whether a precondition of a remedy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The archive shows that it holds, and how.
    Verified(String),
    /// The archive does not show it. A command that does; empty when there is none.
    ByHand(Command),
    /// The archive shows that it does not hold, and how.
    Violated(String),
}

/// What must hold before a remedy is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precondition {
    /// What must hold.
    pub what: String,
    /// Whether it holds.
    pub proof: Proof,
}

/// What to do about a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remedy {
    /// The action, in a sentence.
    pub action: String,
    /// Commands that perform it.
    pub commands: Vec<Command>,
    /// Commands that show it worked.
    pub verify: Vec<Command>,
    /// What else happens.
    pub side_effects: Vec<String>,
    /// What must hold before.
    pub preconditions: Vec<Precondition>,
}

impl Proof {
    /// Not shown by the archive, but by a command; an empty one if there is none.
    pub fn by_hand(command: impl Into<Command>) -> Self {
        Self::ByHand(command.into())
    }
}

impl Remedy {
    /// A remedy without commands.
    pub fn new(action: impl Into<String>) -> Self {
        Self { action: action.into(), ..Self::default() }
    }

    /// Adds a command that performs it.
    #[must_use]
    pub fn command(mut self, command: impl Into<Command>) -> Self {
        self.commands.push(command.into());
        self
    }

    /// Adds a command that shows it worked.
    #[must_use]
    pub fn verify(mut self, command: impl Into<Command>) -> Self {
        self.verify.push(command.into());
        self
    }

    /// Adds a side effect.
    #[must_use]
    pub fn side_effect(mut self, effect: impl Into<String>) -> Self {
        self.side_effects.push(effect.into());
        self
    }

    /// Adds a precondition.
    #[must_use]
    pub fn precondition(mut self, what: impl Into<String>, proof: Proof) -> Self {
        self.preconditions.push(Precondition { what: what.into(), proof });
        self
    }

    /// Whether a precondition is known not to hold, so that no command is shown.
    pub fn is_withheld(&self) -> bool {
        self.preconditions.iter().any(|check| matches!(check.proof, Proof::Violated(_)))
    }
}

/// One bad state, with its evidence.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The id of the rule; the engine sets it.
    pub rule: &'static str,
    /// The severity, if it differs from the rule's.
    pub severity: Option<Severity>,
    /// How certain it is.
    pub certainty: Certainty,
    /// Why it is not certain; empty for [`Certainty::default_reason`].
    pub uncertainty: String,
    /// What it may have in common with other findings of its rule, the most specific first.
    pub group_by: Vec<(GroupKey, String)>,
    /// The subjects of the findings that were merged into this one; empty when none were.
    pub members: Vec<Subject>,
    /// What it is about.
    pub subject: Subject,
    /// What is wrong, in one line.
    pub summary: String,
    /// The mechanism, and why it matters.
    pub why: String,
    /// Since when.
    pub since: Option<Time>,
    /// Since when, if the age that counts is another than that of `since`.
    pub lasts_since: Option<Time>,
    /// The grace of its rule, if this finding has another.
    pub grace: Option<Span>,
    /// Whether something else than time shows that it lasts, such as a number of restarts.
    pub is_lasting: bool,
    /// The namespaces whose place decides the severity, if not that of its subject.
    pub affects: Vec<String>,
    /// What stands for the places in the words of its rule.
    pub values: Vec<(&'static str, String)>,
    /// Reasons, messages and names by which [`causality`](crate::engine::causality) links it to others.
    pub keywords: String,
    /// At least one piece of evidence.
    pub evidence: Vec<Evidence>,
    /// The effects that the rule itself knows of.
    pub explains: Vec<Effect>,
    /// Further objects that it reports without naming each: the floor leaves them out.
    pub covers: Vec<Subject>,
    /// Other objects whose trouble explains it: the findings about them are its causes.
    pub follows: Vec<Subject>,
    /// What to do.
    pub remedy: Option<Remedy>,
    /// The words of what to do, in place of those of its rule; empty for those.
    pub action: String,
}

impl Finding {
    /// A finding about `subject`, based on `evidence`.
    pub fn new(subject: Subject, summary: impl Into<String>, evidence: Evidence) -> Self {
        Self {
            rule: "",
            severity: None,
            certainty: Certainty::Certain,
            uncertainty: String::new(),
            group_by: Vec::new(),
            members: Vec::new(),
            subject,
            summary: summary.into(),
            why: String::new(),
            since: None,
            lasts_since: None,
            grace: None,
            is_lasting: false,
            affects: Vec::new(),
            values: Vec::new(),
            keywords: String::new(),
            evidence: vec![evidence],
            explains: Vec::new(),
            covers: Vec::new(),
            follows: Vec::new(),
            remedy: None,
            action: String::new(),
        }
    }

    /// A finding about `subject`, based on all of `evidence`; None without any.
    pub fn based_on(
        subject: Subject,
        summary: impl Into<String>,
        evidence: impl IntoIterator<Item = Evidence>,
    ) -> Option<Self> {
        let mut evidence = evidence.into_iter();
        Some(Self::new(subject, summary, evidence.next()?).evidence(evidence))
    }

    /// Overrides the rule's severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Sets how certain it is; the default is certain.
    #[must_use]
    pub fn certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }

    /// Sets why it is not certain; ignored when it is certain.
    #[must_use]
    pub fn uncertainty(mut self, uncertainty: impl Into<String>) -> Self {
        self.uncertainty = uncertainty.into();
        self
    }

    /// Sets that one part of the mechanism was inferred, and which.
    #[must_use]
    pub fn likely(self, uncertainty: impl Into<String>) -> Self {
        self.certainty(Certainty::Likely).uncertainty(uncertainty)
    }

    /// Sets that other causes are possible, and which or why.
    #[must_use]
    pub fn possible(self, uncertainty: impl Into<String>) -> Self {
        self.certainty(Certainty::Possible).uncertainty(uncertainty)
    }

    /// The reason for its certainty.
    pub fn certainty_reason(&self) -> &str {
        match self.certainty {
            Certainty::Likely | Certainty::Possible if !self.uncertainty.is_empty() => {
                &self.uncertainty
            }
            certainty => certainty.default_reason(),
        }
    }

    /// Adds something that other findings of the rule may share, the most specific first.
    #[must_use]
    pub fn group_by(mut self, key: GroupKey, name: impl Into<String>) -> Self {
        self.group_by.push((key, name.into()));
        self
    }

    /// Sets the mechanism.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Sets since when.
    #[must_use]
    pub fn since(mut self, since: Option<Time>) -> Self {
        self.since = since;
        self
    }

    /// Sets since when it lasts, if its age counts from another time than the finding begins.
    #[must_use]
    pub fn lasts_since(mut self, since: Option<Time>) -> Self {
        self.lasts_since = since;
        self
    }

    /// Sets another grace than that of its rule.
    #[must_use]
    pub fn grace(mut self, grace: Span) -> Self {
        self.grace = Some(grace);
        self
    }

    /// Sets that it lasts, whatever its age: something else than time shows it.
    #[must_use]
    pub fn lasting(mut self, is_lasting: bool) -> Self {
        self.is_lasting |= is_lasting;
        self
    }

    /// Sets the namespaces that it affects, of which the most important decides its severity: for a
    /// finding about something without a namespace, or in another one.
    #[must_use]
    pub fn affects<N: Into<String>>(mut self, namespaces: impl IntoIterator<Item = N>) -> Self {
        self.affects.extend(namespaces.into_iter().map(Into::into));
        self
    }

    /// Sets what stands for `{place}` in the words of its rule.
    #[must_use]
    pub fn with(mut self, place: &'static str, value: impl Into<String>) -> Self {
        self.values.push((place, value.into()));
        self
    }

    /// Adds a line of keywords, such as the message of a condition.
    #[must_use]
    pub fn keywords(mut self, line: impl AsRef<str>) -> Self {
        if !self.keywords.is_empty() {
            self.keywords.push('\n');
        }
        self.keywords.push_str(line.as_ref());
        self
    }

    /// Adds evidence.
    #[must_use]
    pub fn evidence(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// Adds an effect: findings about `subject` whose keywords contain `keywords`.
    #[must_use]
    pub fn explains(mut self, subject: Subject, keywords: impl Into<String>) -> Self {
        self.explains.push(Effect { subject, keywords: keywords.into() });
        self
    }

    /// Adds objects that it reports without naming each.
    #[must_use]
    pub fn covers(mut self, subjects: impl IntoIterator<Item = Subject>) -> Self {
        self.covers.extend(subjects);
        self
    }

    /// Adds objects whose trouble explains it.
    #[must_use]
    pub fn follows(mut self, subjects: impl IntoIterator<Item = Subject>) -> Self {
        self.follows.extend(subjects);
        self
    }

    /// Sets what to do, in place of what its rule says.
    #[must_use]
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }

    /// Sets the words of what to do, in place of those of its rule; the commands of its rule stay.
    #[must_use]
    pub fn action(mut self, action: impl Into<String>) -> Self {
        self.action = action.into();
        self
    }

    /// Sets what to do, in place of the words and commands of its rule.
    #[must_use]
    pub fn fix(self, action: impl Into<String>) -> Self {
        let action = action.into();
        self.amend(|remedy| remedy.action = action)
    }

    /// Adds a command that does it.
    #[must_use]
    pub fn run(self, command: impl Into<Command>) -> Self {
        self.amend(|remedy| remedy.commands.push(command.into()))
    }

    /// Adds a command that shows that it worked, in place of those of its rule.
    #[must_use]
    pub fn verify(self, command: impl Into<Command>) -> Self {
        self.amend(|remedy| remedy.verify.push(command.into()))
    }

    /// Adds what else happens.
    #[must_use]
    pub fn side_effect(self, effect: impl Into<String>) -> Self {
        self.amend(|remedy| remedy.side_effects.push(effect.into()))
    }

    /// Adds what must hold before, and whether it does.
    #[must_use]
    pub fn before(self, what: impl Into<String>, proof: Proof) -> Self {
        self.amend(|remedy| remedy.preconditions.push(Precondition { what: what.into(), proof }))
    }

    fn amend(mut self, change: impl FnOnce(&mut Remedy)) -> Self {
        change(self.remedy.get_or_insert_default());
        self
    }
}
