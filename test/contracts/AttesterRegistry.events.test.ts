import { expect } from "chai";
import { concat, id, keccak256, ZeroHash } from "ethers";
import { signOfLife } from "./support/attesters.ts";
import { networkHelpers } from "./support/chain.ts";
import { attesterInput, deploy, NEVER, now } from "./support/deployment.ts";
import { eventsOf } from "./support/events.ts";
import { release } from "./support/models.ts";
import { plain } from "./support/plain.ts";
import { p256Key } from "./support/signers.ts";

const { loadFixture } = networkHelpers;

type Row = Record<string, unknown>;

describe("Events", () => {
  it("of the attester registry are enough to rebuild its state", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters, attester, attesterId, p256 } = deployment;
    const key = `0x${"a5".repeat(20)}`;
    const other = concat([await p256.getAddress(), p256Key(id("a key on P-256")).key]);
    await attesters.add(attesterInput(key, { validFrom: (await now()) + 1000n }));
    await attesters.rotate(keccak256(key), attesterInput(other, { measurement: ZeroHash }), 5n, "0x");
    for (const round of [1, 2]) {
      await attesters.setEndpoint(keccak256(other), `https://moved.example/${round}`);
      await attesters.setDocument(attesterId, release(`document ${round}`).manifest);
      await attesters.proveLife(...(await signOfLife(deployment, attester)));
    }
    await attesters.revoke(attesterId, (await now()) - 1n, "stolen");
    await attesters.revoke(attesterId, 5n, "earlier");
    await attesters.approveMeasurement(id("another measurement"), (await now()) + 10n, NEVER, "gateway 2");
    await attesters.closeApproval(1n, (await now()) - 1n, "leaks");
    await attesters.closeApproval(1n, 7n, "leaked from the first day on");

    const rebuilt = { attesters: new Map<string, Row>(), approvals: [] as Row[], seen: new Map<string, unknown[]>() };
    for (const { name, args, time } of await eventsOf(attesters)) {
      const attester_ = String(args["attesterId"]);
      const row = rebuilt.attesters.get(attester_) ?? {};
      const { approvalId, signerKind, revokedAt, successor, validUntil, endpoint, document, closedAt } = args;
      if (name === "AuthorityUpdated" || name === "EIP712DomainChanged") continue;
      else if (name === "AttesterAdded") {
        const links = { predecessor: ZeroHash, successor: ZeroHash };
        const added = { signerKind, approvalId, addedAt: time, revoked: false, revokedAt: 0n, ...links };
        rebuilt.attesters.set(attester_, { ...(args["attester"] as Row), ...added });
      } else if (name === "AttesterRevoked") Object.assign(row, { revoked: true, revokedAt });
      else if (name === "AttesterRotated") {
        Object.assign(row, { successor, validUntil });
        Object.assign(rebuilt.attesters.get(String(successor)) ?? {}, { predecessor: attester_ });
      } else if (name === "AttesterEndpointSet") Object.assign(row, { endpoint });
      else if (name === "AttesterDocumentSet") Object.assign(row, { document });
      else if (name === "AttesterSeen") rebuilt.seen.set(attester_, [args["blockNumber"], time]);
      else if (name === "MeasurementApproved") {
        const { measurement, validFrom } = args;
        const approval = { measurement, validFrom, validUntil, approvedAt: time, closed: false, closedAt: 0n };
        expect(rebuilt.approvals.push(approval)).to.equal(Number(approvalId));
      } else if (name === "MeasurementClosed") {
        Object.assign(rebuilt.approvals[Number(approvalId) - 1] ?? {}, { closed: true, closedAt });
      } else throw new Error(`an indexer does not know ${name}`);
    }
    expect([...rebuilt.attesters.keys()]).to.deep.equal([...(await attesters.attesters(0, 500))]);
    expect([rebuilt.attesters.size, rebuilt.approvals.length, rebuilt.seen.size]).to.deep.equal([3, 2, 1]);
    for (const [id_, row] of rebuilt.attesters) {
      expect(plain(await attesters.attesterOf(id_))).to.deep.equal(row);
      expect([...(await attesters.lastSeen(id_))]).to.deep.equal(rebuilt.seen.get(id_) ?? [0n, 0n]);
    }
    expect((await attesters.approvals(0, 500)).map(plain)).to.deep.equal(rebuilt.approvals);
  });
});
