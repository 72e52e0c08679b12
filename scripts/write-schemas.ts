// Writes docs/schema/ from the schemas in the sources: `node scripts/write-schemas.ts`.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { deploymentsJsonSchema } from "../src/chain/deployments-json-schema.ts";
import { manifestJsonSchema } from "../src/models/manifest-json-schema.ts";

const SCHEMAS = {
  "model-1.schema.json": manifestJsonSchema(),
  "deployments.schema.json": deploymentsJsonSchema(),
};

for (const [name, schema] of Object.entries(SCHEMAS)) {
  const target = fileURLToPath(new URL(`../docs/schema/${name}`, import.meta.url));
  const style = (await resolveConfig(target)) ?? {};
  await writeFile(target, await format(JSON.stringify(schema), { ...style, filepath: target, plugins: [] }));
}
