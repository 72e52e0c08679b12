import { expect } from "chai";
import type { Identities } from "../../src/models/age/identities.ts";
import { parseRecipients } from "../../src/models/age/recipients.ts";
import { decryptEvidence, encryptEvidence, isEncrypted } from "../../src/proofs/encrypted-evidence.ts";
import { EVIDENCE_HEADER_BYTES } from "../../src/proofs/evidence-bytes.ts";
import { newKey } from "../models/support/private-world.ts";
import { rejection } from "../support/rejection.ts";
import { samplePart } from "./support/sample-proof.ts";

describe("encrypted evidence", () => {
  const { evidence } = samplePart("secret");
  let reader: Awaited<ReturnType<typeof newKey>>;
  let encrypted: Uint8Array;
  before(async () => {
    reader = await newKey();
    encrypted = await encryptEvidence({ evidence, recipients: await parseRecipients([reader.recipient]) });
  });

  const codeOf = async (bytes: Uint8Array, identities: Identities): Promise<string> =>
    (await rejection(() => decryptEvidence({ evidence: bytes, identities }))).code;

  it("keeps its header in clear and comes back whole for the reader", async () => {
    expect([isEncrypted(evidence), isEncrypted(encrypted)]).to.deep.equal([false, true]);
    const header = (bytes: Uint8Array): Buffer => Buffer.from(bytes.subarray(0, EVIDENCE_HEADER_BYTES));
    expect(header(encrypted).equals(header(evidence))).to.equal(true);
    const opened = await decryptEvidence({ evidence: encrypted, identities: reader.identities });
    expect(Buffer.from(opened).equals(evidence)).to.equal(true);
  });

  it("is opened by nobody else", async () => {
    expect(await codeOf(encrypted, (await newKey()).identities)).to.equal("proofs.identity-wrong");
  });

  it("is refused after a change of any byte of its age file", async () => {
    for (let at = EVIDENCE_HEADER_BYTES; at < encrypted.length; at += 7) {
      const changed = Uint8Array.from(encrypted);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await codeOf(changed, reader.identities), `byte ${at}`).to.match(
        /^proofs\.(evidence-invalid|identity-wrong)$/,
      );
    }
  });

  it("is refused when cut short, and when its header does not end", async () => {
    expect(await codeOf(encrypted.subarray(0, -1), reader.identities)).to.equal("proofs.evidence-invalid");
    const stanza =
      "-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\nEmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n";
    const endless = `age-encryption.org/v1\n${stanza.repeat(1_000)}--- ${"A".repeat(43)}\n`;
    const bytes = Buffer.concat([evidence.subarray(0, EVIDENCE_HEADER_BYTES), Buffer.from(endless)]);
    const { code, found } = await rejection(() => decryptEvidence({ evidence: bytes, identities: reader.identities }));
    expect(code).to.equal("proofs.evidence-invalid");
    expect(found).to.contain("does not end within 65536 bytes");
  });
});
