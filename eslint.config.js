import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

const outputTraps = [
  {
    selector: "CallExpression[callee.property.name='apply'] NewExpression",
    message: "Create no resource inside apply: previews would not show it.",
  },
  {
    selector: "ExpressionStatement > CallExpression[callee.property.name='apply']",
    message: "A bare apply is never awaited: return its value or await a promise of it.",
  },
];
const ambient = [
  {
    selector: "NewExpression[callee.object.name='pulumi'][callee.property.name='Config']",
    message: "Only config.ts reads pulumi.Config.",
  },
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: "The stack file is the only source of settings.",
  },
];

export default tseslint.config(
  { ignores: ["node_modules/", "out/", ".cloud/"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "no-restricted-syntax": ["error", ...outputTraps, ...ambient],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // `{ a, ...rest }` is how a key is left out.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      // Pulumi's constructors register resources: the instance is often not needed.
      "no-new": "off",
    },
  },
  {
    files: ["config.ts", "examples/consumer/index.ts"],
    rules: { "no-restricted-syntax": ["error", ...outputTraps, ambient[1]] },
  },
  {
    files: ["cli/**/*.ts", "tests/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...outputTraps] },
  },
  {
    files: ["tests/cluster/**/*.ts", "bench/**/*.ts"],
    // The Kubernetes client types its data as classes; objects of that shape are how it is used.
    rules: { "@typescript-eslint/no-unsafe-class-instance-assignment": "off" },
  },
  {
    files: ["**/*.js", "**/*.mjs", "**/*.cjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
);
