import { expect } from "chai";
import { isLocal } from "../../src/hardhat/is-local.ts";

describe("isLocal", () => {
  const here = { network: "local", publishers: ["http://127.0.0.1:31415"] } as const;

  it("is so on a development chain with a Walrus on this machine", () => {
    for (const chainId of [31_337n, 1_337n]) expect(isLocal({ chainId, walrus: here })).to.equal(true);
    for (const url of ["http://localhost:1", "http://[::1]:1", "http://127.1.2.3"]) {
      expect(isLocal({ chainId: 31_337n, walrus: { ...here, publishers: [url] } }), url).to.equal(true);
    }
  });

  it("is not so on any other chain or Walrus", () => {
    for (const chainId of [1n, 8453n, 11_155_111n]) expect(isLocal({ chainId, walrus: here })).to.equal(false);
    for (const network of ["testnet", "mainnet"] as const) {
      expect(isLocal({ chainId: 31_337n, walrus: { ...here, network } })).to.equal(false);
    }
    for (const url of [
      "https://publisher.example",
      "http://127.0.0.1.example",
      "http://10.0.0.1",
      "http://localhost.example",
    ]) {
      expect(isLocal({ chainId: 31_337n, walrus: { ...here, publishers: [...here.publishers, url] } }), url).to.equal(
        false,
      );
    }
  });
});
