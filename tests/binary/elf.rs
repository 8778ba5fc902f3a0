//! The program headers of a 64-bit little-endian ELF file (System V ABI, "Object Files" and
//! "Program Loading"): takes its bytes, gives its type and segments.

/// `ET_DYN`: a shared object or a position-independent program.
pub const DYNAMIC: u16 = 3;
/// `PT_INTERP`: the path of a dynamic loader.
pub const INTERPRETER: u32 = 3;
/// `PT_GNU_STACK`: how the stack is mapped.
pub const STACK: u32 = 0x6474_e551;
/// `PT_GNU_RELRO`: what becomes read-only after relocation.
pub const RELRO: u32 = 0x6474_e552;
/// `PF_X`
pub const EXECUTABLE: u32 = 1;

/// A file's type, and the type and flags of each segment.
pub struct File {
    pub kind: u16,
    segments: Vec<(u32, u32)>,
}

impl File {
    pub fn parse(bytes: &[u8]) -> Self {
        assert_eq!(bytes.get(..6), Some(b"\x7fELF\x02\x01".as_slice()), "ELF64");
        let offset = usize::try_from(u64::from_le_bytes(field(bytes, 32))).expect("an offset");
        let size = usize::from(u16::from_le_bytes(field(bytes, 54)));
        let count = usize::from(u16::from_le_bytes(field(bytes, 56)));
        let segment = |index: usize| {
            let start = offset + index * size;
            let kind = u32::from_le_bytes(field(bytes, start));
            (kind, u32::from_le_bytes(field(bytes, start + 4)))
        };
        Self {
            kind: u16::from_le_bytes(field(bytes, 16)),
            segments: (0..count).map(segment).collect(),
        }
    }

    pub fn has(&self, kind: u32) -> bool {
        self.flags(kind).is_some()
    }

    pub fn flags(&self, kind: u32) -> Option<u32> {
        let found = self.segments.iter().find(|(found, _)| *found == kind);
        found.map(|(_, flags)| *flags)
    }
}

fn field<const LENGTH: usize>(bytes: &[u8], at: usize) -> [u8; LENGTH] {
    let field = bytes.get(at..at + LENGTH).expect("the file is whole");
    field.try_into().expect("the length was asked for")
}

#[test]
fn a_dynamically_linked_program_has_an_interpreter() {
    let sh = File::parse(&std::fs::read("/bin/sh").expect("every system has a shell"));
    assert!(sh.has(INTERPRETER) && sh.has(STACK));
    assert!(!sh.has(0xffff_ffff));
}
