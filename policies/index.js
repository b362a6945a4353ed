// Pulumi type-checks a pack whose main file is TypeScript at every start; behind
// a JavaScript main file Node strips the types itself, seconds faster.
import "./index.ts";
