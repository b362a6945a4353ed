import { resolve } from "node:path";

/** Directory of Pulumi.yaml and of the stack files. */
export const root = resolve(import.meta.dirname, "..");
