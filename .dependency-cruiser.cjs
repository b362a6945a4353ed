/** The folders' dependencies point one way; see CONTRIBUTING.md. */
const folders = [
  ...["network", "cluster", "addons", "registry", "state"],
  ...["data", "workloads", "observability"],
];
const shared = ["^components/identity/", "^components/workloads/(names|image)\\.ts$"];

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    ...folders.map((folder) => ({
      name: `${folder}-stands-alone`,
      comment: "A folder of components imports no other one, nor the configuration.",
      severity: "error",
      from: { path: `^components/${folder}/` },
      to: {
        path: "^(components/|config|bootstrap/|plan/|delivery/|cli/|policies/)",
        pathNot: [`^components/${folder}/`, ...shared],
      },
    })),
    {
      name: "identity-is-the-bottom",
      severity: "error",
      from: { path: "^components/identity/" },
      to: {
        path: "^(components/|config|bootstrap/|plan/|delivery/|cli/|policies/)",
        pathNot: "^components/identity/",
      },
    },
    {
      name: "bootstrap-stands-beside-the-program",
      comment: "The two programs share components and configuration, and not each other.",
      severity: "error",
      from: { path: "^bootstrap/" },
      to: { path: "^(index\\.ts|cloud\\.ts|outputs|plan/|delivery/|cli/|policies/)" },
    },
    {
      name: "program-without-bootstrap",
      severity: "error",
      from: { path: "^(index|cloud|outputs|config)" },
      to: { path: "^bootstrap/" },
    },
    {
      name: "policies-judge-results",
      comment: "Policies know nothing of the program.",
      severity: "error",
      from: { path: "^policies/" },
      to: { path: "^(components/|config|bootstrap/|plan/|delivery/|cli/|index\\.ts|cloud\\.ts)" },
    },
    {
      name: "plan-has-one-entry",
      comment:
        "The plan runs the program through evaluate.ts alone; pure judgements may be shared.",
      severity: "error",
      from: { path: "^plan/", pathNot: "^plan/evaluate\\.ts$" },
      to: {
        path: "^(components/|bootstrap/|index\\.ts|cloud\\.ts|delivery/|cli/)",
        pathNot: "^components/workloads/migration-lint\\.ts$",
      },
    },
    {
      name: "delivery-decides-on-files-and-records",
      comment: "Delivery runs no program; pure judgements may be shared.",
      severity: "error",
      from: { path: "^delivery/" },
      to: {
        path: "^(components/|index\\.ts|cloud\\.ts|config\\.ts|cli/|policies/)",
        pathNot: "^components/workloads/(migration-lint|image)\\.ts$",
      },
    },
    {
      name: "cli-uses-plan",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^(components/|bootstrap/|index\\.ts|cloud\\.ts|policies/)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(node_modules|out)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types"],
    },
  },
};
