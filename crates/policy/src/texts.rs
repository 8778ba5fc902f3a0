//! Sets and maps of texts, and a sort.
//!
//! Takes texts, values and lists. Gives the texts in their order, and sorted lists. Refuses nothing. The standard library
//! compiles a map or a sort anew for each type, 2 to 6 kB each time; here one tree and one sort serve every type.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Different texts, in their order. Each has a place: how many were inserted before it.
#[derive(Clone, Debug, Default)]
pub struct TextSet {
    places: BTreeMap<String, usize>,
}

/// Values by text, in the order of the texts.
#[derive(Clone, Debug)]
pub struct TextMap<V> {
    keys: TextSet,
    /// At the place of its key.
    values: Vec<V>,
}

impl TextSet {
    /// Adds a text, unless it is there. Gives its place.
    #[inline(never)]
    pub fn insert(&mut self, text: &str) -> usize {
        let next = self.places.len();
        match self.places.get(text) {
            Some(place) => *place,
            None => {
                self.places.insert(text.to_owned(), next);
                next
            }
        }
    }

    /// Adds every text of another set.
    pub fn extend(&mut self, other: &Self) {
        for (text, _) in other.iter() {
            self.insert(text);
        }
    }

    /// The place of a text that is there.
    #[inline(never)]
    pub fn place(&self, text: &str) -> Option<usize> {
        self.places.get(text).copied()
    }

    /// The texts in their order, each with its place.
    pub fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        let places = self.places.iter();
        places.map(|(text, place)| (text.as_str(), *place))
    }

    /// The texts alone, in their order.
    #[inline(never)]
    pub fn texts(&self) -> Vec<&str> {
        self.iter().map(|(text, _)| text).collect()
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

impl<V> Default for TextMap<V> {
    fn default() -> Self {
        Self {
            keys: TextSet::default(),
            values: Vec::new(),
        }
    }
}

impl<V> TextMap<V> {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.values.get(self.keys.place(key)?)
    }

    /// Sets the value of a key.
    pub fn insert(&mut self, key: &str, value: V) {
        match self.values.get_mut(self.keys.insert(key)) {
            Some(own) => *own = value,
            None => self.values.push(value),
        }
    }

    /// Changes the value of a key. The value of a new key is the default until then.
    pub fn change(&mut self, key: &str, change: impl FnOnce(&mut V))
    where
        V: Default,
    {
        let place = self.keys.insert(key);
        if place == self.values.len() {
            self.values.push(V::default());
        }
        if let Some(value) = self.values.get_mut(place) {
            change(value);
        }
    }

    /// The keys in their order, each with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        let keys = self.keys.iter();
        keys.filter_map(|(key, place)| Some((key, self.values.get(place)?)))
    }

    /// The values, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The keys.
    pub fn keys(&self) -> &TextSet {
        &self.keys
    }
}

/// Sorts a list. Items that are equal keep their order.
pub fn sort<T>(list: &mut Vec<T>, compare: &dyn Fn(&T, &T) -> Ordering) {
    let places = sorted_places(list.len(), &|one, other| {
        let pair = list.get(one).zip(list.get(other));
        pair.map_or(Ordering::Equal, |(one, other)| compare(one, other))
    });
    let mut items: Vec<Option<T>> = list.drain(..).map(Some).collect();
    let sorted = places.into_iter();
    list.extend(sorted.filter_map(|place| items.get_mut(place)?.take()));
}

/// The places of a list in the order of their items.
#[inline(never)]
fn sorted_places(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

#[cfg(test)]
mod tests {
    use super::{TextMap, TextSet, sort};

    #[test]
    fn texts_stand_in_their_order_and_keep_their_places() {
        let mut texts = TextSet::default();
        for (text, place) in [("b", 0), ("a", 1), ("b", 0), ("", 2)] {
            assert_eq!(texts.insert(text), place, "{text}");
        }
        assert_eq!(texts.texts(), ["", "a", "b"]);
        assert_eq!(
            (texts.len(), texts.place("a"), texts.place("c")),
            (3, Some(1), None)
        );
    }

    #[test]
    fn a_key_has_one_value() {
        let mut map = TextMap::default();
        map.insert("b", 1);
        map.change("a", |value| *value += 2);
        map.change("b", |value| *value += 2);
        map.insert("a", 7);
        assert_eq!(map.iter().collect::<Vec<_>>(), [("a", &7), ("b", &3)]);
        assert_eq!((map.get("b"), map.get("c")), (Some(&3), None));
    }

    #[test]
    fn what_is_equal_keeps_its_order() {
        let mut list: Vec<(usize, usize)> = (0..100).map(|at| (at * 7 % 10, at)).collect();
        let mut expected = list.clone();
        expected.sort_by_key(|(key, _)| *key);
        sort(&mut list, &|one, other| one.0.cmp(&other.0));
        assert_eq!(list, expected);
    }
}
