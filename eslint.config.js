// @ts-check
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * Forbids imports of other rooms: arrows run from tasks to src to the generated typings.
 * @param {string} files
 * @param {readonly string[]} rooms folders beside this one under src, or at the top
 * @param {string} why
 * @param {readonly string[]} [packages]
 * @returns {import("eslint").Linter.Config}
 */
function room(files, rooms, why, packages = []) {
  const patterns = [
    { regex: `^(\\.\\./)+(src/)?(${rooms.join("|")})/`, message: why },
    ...packages.map((name) => ({ regex: `^${name}(/|$)`, message: why })),
  ];
  return { files: [files], rules: { "no-restricted-imports": ["error", { patterns }] } };
}

const HARDHAT = ["hardhat", "@nomicfoundation"];
const ABOVE = ["hardhat", "tasks", "scripts", "test"];

export default defineConfig(
  {
    ignores: [
      "node_modules/",
      "artifacts/",
      "cache/",
      "typechain/",
      "dist/",
      "coverage/",
      "ignition/deployments/",
      ".scrimshaw/",
    ],
  },
  // A rule holds everywhere or is changed here, where it is seen.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // The compiler finds unknown names, in JavaScript too.
      "no-undef": "off",
      "no-console": "error",
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      // Node runs the sources as they are, so all syntax must be erasable. The compiler's own switch for this would also
      // refuse the generated typings, which declare namespaces.
      "no-restricted-syntax": [
        "error",
        { selector: "TSEnumDeclaration", message: "Enums are not erasable: use a union of literals." },
        { selector: "TSModuleDeclaration[kind='namespace']", message: "Namespaces are not erasable: use a module." },
        { selector: "TSParameterProperty", message: "Parameter properties are not erasable: declare the field." },
        { selector: "TSImportEqualsDeclaration", message: "`import =` is not erasable: use `import`." },
        { selector: "TSExportAssignment", message: "`export =` is not erasable: use `export`." },
      ],
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-unnecessary-type-arguments": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  room(
    "src/chain/**",
    [...ABOVE, "walrus", "models", "proofs", "attesters", "availability", "deployments"],
    "The chain's room knows only contracts.",
    HARDHAT,
  ),
  room(
    "src/walrus/**",
    [...ABOVE, "models", "proofs", "attesters", "availability", "chain", "typechain"],
    "src/walrus knows nothing of models, proofs or the chain.",
    [...HARDHAT, "ethers"],
  ),
  room(
    "src/models/**",
    [...ABOVE, "proofs", "attesters"],
    "Models know nothing of proofs or of what calls them.",
    HARDHAT,
  ),
  room("src/attesters/**", [...ABOVE, "proofs", "models"], "Attesters know nothing of what calls them.", HARDHAT),
  room(
    "src/availability/**",
    [...ABOVE, "proofs", "models", "attesters"],
    "Availability knows Walrus and contracts.",
    HARDHAT,
  ),
  room(
    "src/deployments/**",
    [...ABOVE, "models", "proofs", "attesters", "availability"],
    "Deployments know contracts, and nothing of what is done with them.",
    HARDHAT,
  ),
  room("src/proofs/**", ABOVE, "Proofs know nothing of what calls them.", HARDHAT),
  room("tasks/**", ["test", "scripts"], "Tasks call src."),
  {
    files: ["src/hardhat/index.ts", "src/hardhat/tasks/**", "src/hardhat/type-extensions.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(ethers|@mysten|@noble|zod|(\\.\\./)+(walrus|models|proofs|attesters|deployments|chain|tasks)/)",
              message: "The plugin only describes: what works is imported when a command runs.",
              allowTypeImports: true,
            },
          ],
        },
      ],
    },
  },
  // Declarations that merge name the same type parameters.
  { files: ["src/hardhat/type-extensions.ts"], rules: { "@typescript-eslint/no-unused-vars": "off" } },
  {
    files: [
      "*.config.{ts,js}",
      "tasks/**",
      "src/hardhat/index.ts",
      "src/hardhat/hooks/**",
      "ignition/modules/**",
      "**/hardhat.config.ts",
    ],
    rules: { "no-restricted-exports": "off" },
  },
  // A project of its own: it imports the built package, with which its test compiles it under strict TypeScript.
  { files: ["examples/integrator/**"], ...tseslint.configs.disableTypeChecked },
  // Casts by JSDoc are comments to ESLint; the compiler checks them.
  { files: ["**/*.mjs"], rules: { "@typescript-eslint/no-unsafe-assignment": "off" } },
  { files: ["scripts/**", "examples/**", "bench/**"], rules: { "no-console": "off" } },
  {
    files: ["test/**"],
    rules: {
      // Chai's assertions are properties.
      "@typescript-eslint/no-unused-expressions": "off",
      // What a test takes for granted fails the test if it is not so.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      // Stand-ins for a provider's answers hold what the test needs.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // Hardhat's helpers for the network are declared as methods and used as functions.
      "@typescript-eslint/unbound-method": "off",
      "max-lines": "off",
    },
  },
);
