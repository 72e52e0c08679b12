import type { ResolvedConfigurationVariable } from "hardhat/types/config";
import { resolve } from "node:path";
import type { AttestersUserConfig, VariableUserConfig } from "./config-schema.ts";

/** Where an attester's key is. */
export type AttesterConfig =
  /** A file with the private key in PEM; absolute path. */
  | { readonly kind: "file"; readonly keyFile: string }
  /** A configuration variable with the key in PEM, or an account's in hex; read when something is signed. */
  | { readonly kind: "variable"; readonly key: ResolvedConfigurationVariable }
  /** A signer behind HTTP, and the file with its public key in PEM. */
  | {
      readonly kind: "remote";
      readonly url: string;
      readonly publicKeyFile: string;
      readonly token: ResolvedConfigurationVariable | undefined;
    };

/** The `scrimshaw.attesters` of a Hardhat configuration; paths are resolved from the project's root. */
export function resolveAttesters(
  user: AttestersUserConfig | undefined,
  {
    root,
    resolveVariable,
  }: {
    readonly root: string;
    readonly resolveVariable: (name: VariableUserConfig) => ResolvedConfigurationVariable;
  },
): Readonly<Record<string, AttesterConfig>> {
  const entries = Object.entries(user ?? {}).map(([name, attester]): [string, AttesterConfig] => {
    if ("keyFile" in attester) return [name, { kind: "file", keyFile: resolve(root, attester.keyFile) }];
    if ("key" in attester) return [name, { kind: "variable", key: resolveVariable(attester.key) }];
    const { publicKeyFile, token } = attester;
    return [
      name,
      {
        kind: "remote",
        url: attester.url,
        publicKeyFile: resolve(root, publicKeyFile),
        token: token === undefined ? undefined : resolveVariable(token),
      },
    ];
  });
  return Object.fromEntries(entries);
}
