import { expect } from "chai";

/** The names of the design that exist so far; the others come with their issues. */
const PUBLIC = [
  "ModelCache",
  "HttpBlobStore",
  "auditProof",
  "blobIdFromHex",
  "blobIdToHex",
  "collectCertificate",
  "computeBlobId",
  "publishModel",
  "pullModel",
  "recordProof",
  "settleBatch",
  "verifyModel",
];

describe("The package", () => {
  it("gives its public names under its own name", async () => {
    const library: Record<string, unknown> = await import("scrimshaw");
    for (const name of PUBLIC) expect(library[name], name).to.be.a("function");
  });

  it("gives the local network, the plugin and the deployments under paths of their own", async () => {
    expect((await import("scrimshaw/local")).LocalWalrus).to.be.a("function");
    expect((await import("scrimshaw/hardhat")).default).to.have.property("id");
    const { default: deployments } = await import("scrimshaw/deployments.json", { with: { type: "json" } });
    expect(deployments).to.be.an("object");
  });
});
