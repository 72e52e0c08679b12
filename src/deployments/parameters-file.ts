import { z } from "zod";
import { addressSchema, parseDeployments, readJson } from "../chain/deployments-file.ts";

const schema = z.object({
  Scrimshaw: z.strictObject({ admin: addressSchema.optional(), maxDelay: z.int().positive().optional() }).optional(),
});

/**
 * What Ignition's parameters file of a network says of the whole deployment; nothing if there is none.
 * @throws ScrimshawError `chain.deployment-invalid`
 */
export async function readParameters(
  file: string,
): Promise<{ readonly admin?: string | undefined; readonly maxDelay?: number | undefined }> {
  const value = await readJson(file);
  return value === undefined ? {} : (parseDeployments(schema, file, value).Scrimshaw ?? {});
}
