import { ScrimshawError } from "../../errors.ts";
import { loadSdk } from "./load-sdk.ts";

/** Signs Sui transactions for one address. Every signer and keypair of `@mysten/sui` is one. */
export interface SuiSigner {
  toSuiAddress(): string;
  /** The signature is serialized as Sui takes it, base64. */
  signTransaction(bytes: Uint8Array): Promise<{ readonly signature: string }>;
}

function notAKey(found: string): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.sui-key-invalid",
    expected: "a Sui private key, `suiprivkey1` and 59 more characters",
    found,
    next: "Export it with `sui keytool export`, and keep it in Hardhat's keystore or the environment.",
  });
}

/**
 * The signer of a private key in Sui's own form (`suiprivkey1...`; Ed25519, Secp256k1 or Secp256r1). No message here ever quotes the key.
 * @throws ScrimshawError `walrus.sui-key-invalid`, `walrus.sdk-missing`
 */
export async function suiSignerFromSecret(secret: string): Promise<SuiSigner> {
  const { decodeSuiPrivateKey } = await loadSdk(() => import("@mysten/sui/cryptography"));
  let decoded: ReturnType<typeof decodeSuiPrivateKey>;
  try {
    decoded = decodeSuiPrivateKey(secret.trim());
  } catch {
    // The cause would quote the text.
    throw notAKey("something else");
  }
  const { scheme, secretKey } = decoded;
  try {
    switch (scheme) {
      case "ED25519":
        return (await import("@mysten/sui/keypairs/ed25519")).Ed25519Keypair.fromSecretKey(secretKey);
      case "Secp256k1":
        return (await import("@mysten/sui/keypairs/secp256k1")).Secp256k1Keypair.fromSecretKey(secretKey);
      case "Secp256r1":
        return (await import("@mysten/sui/keypairs/secp256r1")).Secp256r1Keypair.fromSecretKey(secretKey);
      default:
        throw notAKey(`a key for ${scheme}`);
    }
  } catch {
    throw notAKey("a key that cannot be used");
  }
}
