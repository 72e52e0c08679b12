import { Ed25519Keypair } from "@mysten/sui/keypairs/ed25519";
import { Secp256k1Keypair } from "@mysten/sui/keypairs/secp256k1";
import { Secp256r1Keypair } from "@mysten/sui/keypairs/secp256r1";
import { verifyTransactionSignature } from "@mysten/sui/verify";
import { expect } from "chai";

import { suiSignerFromSecret } from "../../../src/walrus/sdk/sui-signer.ts";
import { failure } from "../failure.ts";

describe("suiSignerFromSecret", () => {
  for (const keypair of [Ed25519Keypair, Secp256k1Keypair, Secp256r1Keypair]) {
    it(`signs with a key of ${keypair.name}`, async () => {
      const pair = keypair.generate();
      const signer = await suiSignerFromSecret(` ${pair.getSecretKey()}\n`);
      expect(signer.toSuiAddress()).to.equal(pair.toSuiAddress());
      const bytes = new Uint8Array([1, 2, 3]);
      const { signature } = await signer.signTransaction(bytes);
      const key = await verifyTransactionSignature(bytes, signature);
      expect(key.toSuiAddress()).to.equal(pair.toSuiAddress());
    });
  }

  it("quotes nothing of a text that is no key", async () => {
    const key = Ed25519Keypair.generate().getSecretKey();
    for (const text of [key.slice(0, -1), `${key}q`, key.slice(10), "0x" + "ab".repeat(32), "seed words of someone"]) {
      const error = await failure(suiSignerFromSecret(text));
      expect(error.code).to.equal("walrus.sui-key-invalid");
      const told = JSON.stringify([error.message, error.stack, error.cause, error.found]);
      expect(told).to.not.include(text.slice(0, 20));
      expect(told).to.not.include(key.slice(12, 30));
    }
  });
});
