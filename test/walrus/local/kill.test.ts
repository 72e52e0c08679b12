import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { CRASH_POINTS } from "../../../src/walrus/local/faults.ts";
import type { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { verifyCertificate } from "../../../src/walrus/verify-certificate.ts";
import { seeded } from "../../support/seeded.ts";
import { useNetwork } from "./use-network.ts";

const SCRIPT = fileURLToPath(new URL("serve-until-killed.ts", import.meta.url));
const UPLOADS = 20;
/** Uploads at once. */
const LANES = 5;
const CAMPAIGN = process.env["SCRIMSHAW_CAMPAIGN"] === "1";
/** Each kill comes after so many answers, drawn by lot, and so many milliseconds more. */
const ROUNDS = CAMPAIGN ? 60 : 3;
const LONGEST = 200;

interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
}

/** A server process; its end is awaited with it. */
async function serve(directory: string, faults = ""): Promise<Served> {
  const child = fork(SCRIPT, [directory, faults], { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const exited = once(child, "exit");
  const [url] = (await Promise.race([once(child, "message"), exited.then(() => ["it ended"])])) as [string];
  return { url, child, exited };
}

/** The Blob ID that the publisher acknowledged; undefined if the connection broke. */
async function upload(url: string, body: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/v1/blobs?epochs=2&permanent=true`, { method: "PUT", body });
    const text = await response.text();
    return response.ok ? /"blobId":"([A-Za-z0-9_-]{43})"/.exec(text)?.[1] : undefined;
  } catch {
    return undefined;
  }
}

function bodyOf(round: number, place: number): string {
  return `round ${round}, upload ${place} ${"x".repeat(place * 997)}`;
}

/** Starts the network again: what was acknowledged is there, and all that is listed is whole. Gives back what is listed. */
async function check(walrus: LocalWalrus, acknowledged: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const listed = walrus.blobs();
  expect(listed).to.include.members([...acknowledged.keys()]);
  for (const blobId of listed) {
    const text = await (await fetch(`${walrus.url}/v1/blobs/${blobId}?strict_consistency_check=true`)).text();
    if (acknowledged.has(blobId)) expect(text).to.equal(acknowledged.get(blobId));
    expect(text).to.match(/^round \d+, upload \d+ x*$/);
    const { certificate } = walrus.certificateOf(blobId) ?? {};
    if (certificate === undefined) throw new Error(`${blobId} has no certificate`);
    expect(verifyCertificate({ certificate, committee: walrus.committee }).blobId).to.equal(blobId);
  }
  return listed;
}

describe("kill -9 of a local Walrus", () => {
  const { start, folder } = useNetwork();

  it(`keeps what it acknowledged of ${UPLOADS} uploads, and lists nothing that is not whole`, async () => {
    const random = seeded(11);
    let kept = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const directory = join(folder(), String(round));
      const acknowledged = new Map<string, string>();
      const { url, child, exited } = await serve(directory);
      let answers = 0;
      const places = Array.from({ length: UPLOADS }, (_, place) => place).values();
      const lane = async (): Promise<void> => {
        for (const place of places) {
          const body = bodyOf(round, place);
          const blobId = await upload(url, body);
          if (blobId === undefined) return;
          acknowledged.set(blobId, body);
          answers += 1;
        }
      };
      const uploads = Array.from({ length: LANES }, lane);
      const wanted = Math.floor(random() * UPLOADS);
      while (answers < wanted && child.exitCode === null) await sleep(2);
      await sleep(random() * LONGEST);
      child.kill("SIGKILL");
      await Promise.all([...uploads, exited]);
      await using walrus = await start({ directory });
      const listed = await check(walrus, acknowledged);
      // An answer on its way is lost with the process: at most those that were under way are listed beside.
      expect(listed.length - acknowledged.size).to.be.within(0, LANES);
      kept += acknowledged.size;
    }
    expect(kept).to.be.greaterThan(0);
  }).timeout(ROUNDS * 20_000);

  for (const point of CRASH_POINTS) {
    it(`at the point "${point}" of an upload leaves nothing half, and the upload can be sent again`, async () => {
      const { url, exited } = await serve(folder(), `crash:${point}`);
      const body = bodyOf(0, 3);
      expect(await upload(url, body)).to.equal(undefined);
      expect(await exited).to.deep.equal([null, "SIGKILL"]);
      await using walrus = await start();
      expect((await check(walrus, new Map())).length).to.equal(point === "certified" ? 1 : 0);
      const blobId = (await upload(walrus.url, body)) ?? "";
      expect(await check(walrus, new Map([[blobId, body]]))).to.deep.equal([blobId]);
      expect(walrus.ledger.objects(blobId)).to.have.length(1);
    }).timeout(20_000);
  }
});
