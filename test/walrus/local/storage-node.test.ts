import { expect } from "chai";

import { errorOf, put, store, useNetwork } from "./use-network.ts";

describe("storageNodeRoutes", () => {
  const { start } = useNetwork();

  it("tell status, health and metadata of a blob", async () => {
    await using walrus = await start();
    const blobId = await store(walrus, "some bytes", "epochs=3&permanent=true");
    for (const url of walrus.nodes) {
      const status: unknown = await (await fetch(`${url}/v1/blobs/${blobId}/status`)).json();
      expect(status).to.have.nested.include({
        "success.data.permanent.endEpoch": 4,
        "success.data.permanent.isCertified": true,
      });
      const health: unknown = await (await fetch(`${url}/v1/health`)).json();
      expect(health).to.have.nested.include({ "success.data.epoch": 1, "success.data.nodeStatus": "Active" });
      const metadata = Buffer.from(await (await fetch(`${url}/v1/blobs/${blobId}/metadata`)).arrayBuffer());
      expect(metadata.subarray(0, 32).toString("base64url")).to.equal(blobId);
      expect(metadata).to.have.length(43 + 10 * 66);
    }
  });

  it("sign no deletable confirmation for an object they do not know", async () => {
    await using walrus = await start();
    const answer: unknown = await (await put(walrus, "some bytes", "epochs=1")).json();
    const { newlyCreated } = answer as {
      readonly newlyCreated: { readonly blobObject: { readonly id: string; readonly blobId: string } };
    };
    const { id, blobId } = newlyCreated.blobObject;
    const [url = ""] = walrus.nodes;
    expect((await fetch(`${url}/v1/blobs/${blobId}/confirmation/deletable/${id}`)).status).to.equal(200);
    const other = `0x${"1".repeat(64)}`;
    const refused = await fetch(`${url}/v1/blobs/${blobId}/confirmation/deletable/${other}`);
    expect(await errorOf(refused)).to.deep.equal([400, "NOT_REGISTERED"]);
  });
});
