//! Figures of several rounds as a table: median, minimum, maximum, and whether the target is met.

use std::fmt;

/// One figure in every round.
#[derive(Default)]
pub(crate) struct Series(Vec<f64>);

/// What a figure counts.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Seconds,
    Ratio,
    Mebibytes,
    MegabytesPerSecond,
    Count,
}

enum Target {
    None,
    AtMost(f64),
    AtLeast(f64),
}

enum Row {
    Head(String),
    Figure(&'static str, Unit, Series, Target),
}

/// The table.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl FromIterator<f64> for Series {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }
}

impl Series {
    /// Minimum, median and maximum; of an even number of values the lower median.
    fn spread(&self) -> Option<[f64; 3]> {
        let middle = self.0.get((self.0.len().max(1) - 1) / 2)?;
        Some([*self.0.first()?, *middle, *self.0.last()?])
    }
}

impl Table {
    /// Begins a group of rows.
    pub(crate) fn head(&mut self, name: &str) {
        self.0.push(Row::Head(name.to_owned()));
    }

    /// Adds a figure without a target.
    pub(crate) fn row(&mut self, name: &'static str, unit: Unit, series: Series) {
        self.0.push(Row::Figure(name, unit, series, Target::None));
    }

    /// Adds a figure that should not be above its target.
    pub(crate) fn aim(&mut self, name: &'static str, unit: Unit, series: Series, most: f64) {
        self.0.push(Row::Figure(name, unit, series, Target::AtMost(most)));
    }

    /// Adds a figure that should reach its target.
    pub(crate) fn reach(&mut self, name: &'static str, unit: Unit, series: Series, least: f64) {
        self.0.push(Row::Figure(name, unit, series, Target::AtLeast(least)));
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::Seconds => format!("{value:.2} s"),
            Self::Ratio => format!("{value:.2}"),
            Self::Mebibytes => format!("{value:.0} MiB"),
            Self::MegabytesPerSecond => format!("{value:.0} MB/s"),
            Self::Count => format!("{value:.0}"),
        }
    }
}

impl Target {
    /// The target, and whether a figure meets it.
    fn judge(&self, unit: Unit, figure: f64) -> String {
        let word = |is_met| if is_met { "met" } else { "missed" };
        match *self {
            Self::None => String::new(),
            Self::AtMost(most) => format!("at most {}: {}", unit.show(most), word(figure <= most)),
            Self::AtLeast(least) => {
                format!("at least {}: {}", unit.show(least), word(figure >= least))
            }
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:<30}{:>10}   {:<22}target", "", "median", "min to max")?;
        for row in &self.0 {
            let line = match row {
                Row::Head(name) => name.clone(),
                Row::Figure(name, unit, series, target) => match series.spread() {
                    None => format!("  {name:<28}{:>10}", "-"),
                    Some([least, middle, most]) => format!(
                        "  {name:<28}{:>10}   {:<22}{}",
                        unit.show(middle),
                        format!("{} to {}", unit.show(least), unit.show(most)),
                        target.judge(*unit, middle),
                    ),
                },
            };
            write!(to, "\n{}", line.trim_end())?;
        }
        Ok(())
    }
}
