import { z } from "zod";

/** Shapes that several sections of the configuration share. */
export const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
export const path = z.string().min(1, "must be a path");
export const bookName = z
  .string()
  .regex(/^(?!0x)[a-z0-9][a-z0-9._-]{0,63}$/, "must be a name of up to 64 of [a-z0-9._-] that does not begin with 0x");

/** What `configVariable("NAME")` gives. A secret itself does not belong into a file. */
export const variable = z.strictObject(
  { _type: z.literal("ConfigurationVariable"), name: z.string().min(1), format: z.string().optional() },
  { error: 'must be configVariable("NAME")' },
);
