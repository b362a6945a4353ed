import { enableCompileCache } from "node:module";

// Half of a short run is compiling packages that never change; Node keeps the result for the next
// one. Imported before everything else, so that it is on when the packages are loaded.
enableCompileCache();
