//! The accepted language: tables of lines, and the render property against real shells.

mod arbitrary;
mod fish;
mod generate;
mod model;
mod redirects;
mod render;
mod shells;
mod table;
