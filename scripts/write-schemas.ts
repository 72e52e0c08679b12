// Writes docs/schema/ from the schemas in the sources: `node scripts/write-schemas.ts`.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { manifestJsonSchema } from "../src/models/manifest-json-schema.ts";

const target = fileURLToPath(new URL("../docs/schema/model-1.schema.json", import.meta.url));
const style = (await resolveConfig(target)) ?? {};
await writeFile(
  target,
  await format(JSON.stringify(manifestJsonSchema()), { ...style, filepath: target, plugins: [] }),
);
