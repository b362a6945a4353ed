import fc from "fast-check";

/** One seed for all property tests: a change fails by what it changes, never by chance. */
fc.configureGlobal({ seed: 20261121 });
