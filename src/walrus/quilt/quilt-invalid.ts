import { ScrimshawError } from "../../errors.ts";

/** The bytes are a blob, but no quilt that can be read: `walrus.quilt-invalid`. */
export function quiltInvalid(expected: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.quilt-invalid",
    expected,
    found,
    next: "Check that this blob is a quilt, and that the shard count is that of its network.",
  });
}
