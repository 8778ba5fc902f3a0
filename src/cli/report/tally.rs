//! Counts by name: of hosts, of rules, of what was denied, of sessions.
//!
//! Takes names and what happened; gives the rows, the largest first. Refuses more than [`MAX_NAMES`] names: those that come
//! later are counted together, so that a trail full of invented names takes no more memory than another.

/// The most names of one table: a fleet of ten thousand hosts has each of its own.
const MAX_NAMES: usize = 10_000;

/// What became of the commands of one name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Commands that ended with exit status 0.
    pub succeeded: u64,
    /// Commands that ended otherwise, or could not be run.
    pub failed: u64,
    /// Commands that were denied.
    pub denied: u64,
    /// Questions to a person.
    pub asked: u64,
    /// Security events.
    pub security: u64,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Succeeded,
    Failed,
    Denied,
    Asked,
    Security,
}

impl Counts {
    /// One more.
    pub fn add(&mut self, event: Event) {
        *match event {
            Event::Succeeded => &mut self.succeeded,
            Event::Failed => &mut self.failed,
            Event::Denied => &mut self.denied,
            Event::Asked => &mut self.asked,
            Event::Security => &mut self.security,
        } += 1;
    }

    /// Those of both.
    pub fn with(self, other: Self) -> Self {
        Self {
            succeeded: self.succeeded + other.succeeded,
            failed: self.failed + other.failed,
            denied: self.denied + other.denied,
            asked: self.asked + other.asked,
            security: self.security + other.security,
        }
    }

    /// Commands that ran or were denied, questions and events.
    pub fn total(self) -> u64 {
        self.succeeded + self.failed + self.denied + self.asked + self.security
    }

    /// Commands that ran or were denied: what the bar of a row shows.
    pub fn commands(self) -> u64 {
        self.succeeded + self.failed + self.denied
    }
}

/// The row of a name.
#[derive(Clone, Debug, Default)]
pub struct TallyRow {
    /// The name.
    pub name: String,
    /// What became of its commands.
    pub counts: Counts,
    /// What else is known of it: the client of a session, the line that was denied.
    pub label: String,
    /// Seconds since 1970 of its first record.
    pub first: f64,
    /// Seconds since 1970 of its last record.
    pub last: f64,
}

/// The rows of one table.
#[derive(Debug, Default)]
pub struct Tally {
    /// As they came.
    rows: Vec<TallyRow>,
    /// The number of each row, in the order of their names.
    by_name: Vec<usize>,
    /// All names that came when there was no room for more.
    others: TallyRow,
}

impl Tally {
    /// The row of a name, or of the others, at a time.
    pub fn row(&mut self, name: &str, at: f64) -> &mut TallyRow {
        let rows = &self.rows;
        let name_of = |number: &usize| rows.get(*number).map(|row| row.name.as_str());
        let place = self.by_name.binary_search_by_key(&Some(name), name_of);
        let number = match place {
            Ok(place) => self.by_name.get(place).copied(),
            Err(place) if self.rows.len() < MAX_NAMES => {
                self.by_name.insert(place, self.rows.len());
                self.rows.push(TallyRow {
                    name: name.to_owned(),
                    ..TallyRow::default()
                });
                Some(self.rows.len() - 1)
            }
            Err(_) => None,
        };
        let row = number.and_then(|number| self.rows.get_mut(number));
        let row = row.unwrap_or(&mut self.others);
        if row.first <= 0.0 || at < row.first {
            row.first = at;
        }
        row.last = row.last.max(at);
        row
    }

    /// How many names have a row of their own.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// What was counted without a name, if anything was.
    pub fn others(&self) -> Option<&TallyRow> {
        (self.others.last > 0.0).then_some(&self.others)
    }

    /// The rows with the most of `by`, at most this many, and how many rows have any of it.
    pub fn ranked(&self, by: fn(&TallyRow) -> f64, most: usize) -> (Vec<&TallyRow>, usize) {
        let mut ranked: Vec<&TallyRow> = Vec::new();
        let mut count = 0;
        for number in &self.by_name {
            let Some(row) = self.rows.get(*number).filter(|row| by(row) > 0.0) else {
                continue;
            };
            count += 1;
            // Rows with as much keep the order of their names.
            let place = ranked.partition_point(|other| by(other) >= by(row));
            if place < most {
                ranked.insert(place, row);
                ranked.truncate(most);
            }
        }
        (ranked, count)
    }
}
