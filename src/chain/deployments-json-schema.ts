import { z } from "zod";
import { deploymentsSchema } from "./deployments-file.ts";

/** `deployments.json` as JSON Schema 2020-12, for editors and for those who read it in another language. */
export function deploymentsJsonSchema(): object {
  return z.toJSONSchema(deploymentsSchema, { io: "input" });
}
