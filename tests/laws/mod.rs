//! The laws of the gate, one module each. The first five are exhaustive over a small world.

mod book;
mod browser;
mod law_1;
mod law_10;
mod law_1_accounts;
mod law_2;
mod law_3;
mod law_4;
mod law_5;
mod law_6;
mod law_7;
mod law_8;
mod world;
