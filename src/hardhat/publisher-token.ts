import type { PublisherToken } from "../walrus/publisher-token.ts";
import type { WalrusConfig } from "./config.ts";

/** How uploads come by their tokens, as configured; nothing where the publisher asks for none. Secrets are read when one is needed. */
export async function configuredToken({
  publisherToken,
  publisherSecret,
}: Pick<WalrusConfig, "publisherToken" | "publisherSecret">): Promise<PublisherToken | undefined> {
  if (publisherToken !== undefined) return () => publisherToken.get();
  if (publisherSecret === undefined) return undefined;
  const { publisherJwt } = await import("../walrus/publisher-jwt.ts");
  return publisherJwt({ secret: () => publisherSecret.get() });
}
