import { z } from "zod";
import { manifestSchema } from "./manifest.ts";

/** The JSON Schema (2020-12) of manifest v1, as kept in `docs/schema/model-1.schema.json`. */
export function manifestJsonSchema(): object {
  return z.toJSONSchema(manifestSchema, { target: "draft-2020-12" });
}
