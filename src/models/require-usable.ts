import { ScrimshawError } from "../errors.ts";
import { formatReference } from "./reference.ts";
import type { ModelReference } from "./reference.ts";
import type { ResolvedVersion } from "./resolve.ts";

/** @throws ScrimshawError `models.version-revoked` */
export function requireUsable({ version: { version, status } }: ResolvedVersion, reference: ModelReference): void {
  if (status !== "revoked") return;
  throw new ScrimshawError({
    code: "models.version-revoked",
    expected: "a version that its owner has not revoked",
    found: `${formatReference({ ...reference, selector: { kind: "number", version } })}, which is revoked for good`,
    next: `Take another version: \`npx hardhat model show ${reference.creator}/${reference.name}\` lists them.`,
  });
}
