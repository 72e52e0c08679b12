import { request } from "node:http";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { writeProofFile } from "../../../src/proofs/proof-file.ts";
import { proofIdOf } from "../../../src/proofs/proof.ts";
import { startEndpoint } from "../../../src/proofs/settler/endpoint.ts";
import { takeFromFolder } from "../../../src/proofs/settler/watch-folder.ts";
import { rejection } from "../../support/rejection.ts";
import { useSettler, vanillaPart } from "./settler-world.ts";

const JSON_BODY = { "content-type": "application/json" };

describe("a settler's endpoint", () => {
  const world = useSettler();

  const post = async (url: string, body: string, headers: Record<string, string> = JSON_BODY) => {
    const response = await fetch(`${url}/v1/proofs`, { method: "POST", headers, body });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const read = async (url: string) => {
    const response = await fetch(url);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it("answers a hand-in once it is queued, and says later what became of it", async () => {
    using running = await world.open();
    await using endpoint = await startEndpoint({ settler: running.settler, port: 0 });
    const [part] = world.parts(1);
    if (part === undefined) throw new Error("no part");
    const proofId = proofIdOf(part.proof);
    const unknown = await read(`${endpoint.url}/v1/proofs/${proofId}`);
    expect(unknown).to.deep.equal({ status: 404, body: { proofId, state: "unknown" } });
    expect(await post(endpoint.url, writeProofFile(part))).to.deep.equal({
      status: 200,
      body: { proofId, state: "queued" },
    });
    await running.settler.drain();
    const [settled] = await world.settledBatches();
    expect(await read(`${endpoint.url}/v1/proofs/${proofId}`)).to.deep.equal({
      status: 200,
      body: { proofId, state: "settled", batchId: settled?.batchId },
    });
    expect(await read(`${endpoint.url}/v1/health`)).to.deep.equal({
      status: 200,
      body: { healthy: true, lastFailure: null },
    });
    const { status, body } = await read(`${endpoint.url}/v1/metrics`);
    expect(status).to.equal(200);
    expect(body).to.deep.include({ settledProofs: 1, healthy: true });
    expect(Number(body["gasUsed"])).to.be.greaterThan(100_000);
  });

  it("says what is wrong with a hand-in, and takes nothing in", async () => {
    using running = await world.open();
    await using endpoint = await startEndpoint({ settler: running.settler, port: 0, maxBody: 4_000 });
    const [part] = world.parts(1);
    if (part === undefined) throw new Error("no part");
    const file = writeProofFile(part);
    const stranger = writeProofFile(vanillaPart("foreign", world.deployed().accounts.stranger.address));
    const cases = [
      [await post(endpoint.url, "{"), 400, "proofs.file-invalid"],
      [await post(endpoint.url, stranger), 400, "proofs.other-submitter"],
      [await post(endpoint.url, file + " ".repeat(4_000)), 413, "proofs.body-too-large"],
      [await post(endpoint.url, file, { "content-type": "text/plain" }), 415, "proofs.not-json"],
      [await read(`${endpoint.url}/v2`), 404, "proofs.no-such-route"],
      [await read(`${endpoint.url}/v1/proofs/0x12`), 400, "proofs.id-invalid"],
    ] as const;
    for (const [answer, status, code] of cases) {
      expect(answer.status).to.equal(status);
      const { error } = answer.body as { error: Record<string, string> };
      expect(error).to.have.all.keys("code", "expected", "found", "next");
      expect(error["code"]).to.equal(code);
    }
    expect(running.queue.open().count).to.equal(0);
  });

  it("answers no page that reaches it under a name of its own", async () => {
    using running = await world.open();
    await using endpoint = await startEndpoint({ settler: running.settler, port: 0 });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const asked = request(`${endpoint.url}/v1/metrics`, { headers: { host: "evil.example" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on("error", reject).end();
    });
    expect(status).to.equal(403);
  });

  it("holds no more bytes of requests at a time than it may, and takes them again when it has let go", async () => {
    using running = await world.open();
    const [part] = world.parts(1);
    if (part === undefined) throw new Error("no part");
    const file = writeProofFile(part);
    await using endpoint = await startEndpoint({ settler: running.settler, port: 0, maxBodies: file.length + 10 });
    const slow = request(`${endpoint.url}/v1/proofs`, { method: "POST", headers: JSON_BODY });
    slow.on("error", () => undefined);
    await new Promise((resolve) => slow.write(" ".repeat(file.length), resolve));
    // What was written is there once another request is refused for it.
    let refused = await post(endpoint.url, file);
    while (refused.status === 200) refused = await post(endpoint.url, file);
    expect(refused).to.have.property("status", 503);
    expect(refused).to.have.nested.property("body.error.code", "proofs.endpoint-busy");
    slow.destroy();
    let taken = await post(endpoint.url, file);
    while (taken.status !== 200) taken = await post(endpoint.url, file);
    expect(taken.body).to.include({ proofId: proofIdOf(part.proof), state: "queued" });
  });

  it("knows no path that is an address of its own", async () => {
    using running = await world.open();
    await using endpoint = await startEndpoint({ settler: running.settler, port: 0 });
    for (const path of ["//", "//evil.example/v1/metrics", "/v1/metrics/..", "/%zz"]) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const { hostname, port } = new URL(endpoint.url);
        const asked = request({ hostname, port, path }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        asked.on("error", reject).end();
      });
      expect(status, path).to.equal(404);
    }
    expect((await read(`${endpoint.url}/v1/metrics?x=1`)).status).to.equal(200);
  });

  it("says so when its port is taken", async () => {
    using running = await world.open();
    await using endpoint = await startEndpoint({ settler: running.settler, port: 0 });
    const port = Number(new URL(endpoint.url).port);
    const failure = await rejection(() => startEndpoint({ settler: running.settler, port }));
    expect(failure).to.include({ code: "proofs.port-unavailable", found: "EADDRINUSE" });
  });
});

describe("takeFromFolder", () => {
  const world = useSettler();

  it("moves proof files to accepted/ and, with the reason, to refused/, and leaves other files alone", async () => {
    using running = await world.open();
    const folder = join(dirname(world.queuePath()), "proofs");
    await mkdir(folder);
    const [one, two] = world.parts(2);
    if (one === undefined || two === undefined) throw new Error("no parts");
    await writeFile(join(folder, "one.json"), writeProofFile(one));
    await writeFile(join(folder, "two.json"), writeProofFile(two));
    await writeFile(join(folder, "bad.json"), "no proof");
    await writeFile(join(folder, "notes.txt"), "mine");
    expect(await takeFromFolder({ settler: running.settler, folder, halfWrittenMs: 0 })).to.equal(2);
    expect(await readdir(join(folder, "accepted"))).to.have.members(["one.json", "two.json"]);
    expect(await readdir(join(folder, "refused"))).to.have.members(["bad.json", "bad.json.reason.txt"]);
    expect(await readFile(join(folder, "refused/bad.json.reason.txt"), "utf8")).to.match(/^proofs\.file-invalid\n/);
    expect(await readFile(join(folder, "notes.txt"), "utf8")).to.equal("mine");
    expect(running.queue.open().count).to.equal(2);
    expect(await takeFromFolder({ settler: running.settler, folder })).to.equal(0);
  });

  it("waits for a file that is perhaps still being written, and takes it when it is whole", async () => {
    using running = await world.open();
    const { settler } = running;
    const folder = join(dirname(world.queuePath()), "slow");
    await mkdir(folder);
    const [one] = world.parts(1);
    if (one === undefined) throw new Error("no part");
    const [path, text] = [join(folder, "one.json"), writeProofFile(one)];
    await writeFile(path, text.slice(0, 100));
    expect(await takeFromFolder({ settler, folder, halfWrittenMs: 60_000 })).to.equal(0);
    expect(await readdir(folder)).to.include("one.json");
    await writeFile(path, text);
    expect(await takeFromFolder({ settler, folder, halfWrittenMs: 60_000 })).to.equal(1);
  });

  it("is stopped by no name, link or folder that somebody puts in its way, and writes nowhere else", async () => {
    using running = await world.open();
    const folder = join(dirname(world.queuePath()), "hostile");
    await mkdir(join(folder, "refused/blocked.json"), { recursive: true });
    await mkdir(join(folder, "refused/blocked.json.reason.txt"));
    await mkdir(join(folder, "folder.json"));
    const [one] = world.parts(1);
    if (one === undefined) throw new Error("no part");
    const elsewhere = join(dirname(world.queuePath()), "elsewhere.json");
    await writeFile(elsewhere, writeProofFile(one));
    await symlink(elsewhere, join(folder, "a-link.json"));
    await symlink(elsewhere, join(folder, "refused/linked.json.reason.txt"));
    const long = `${"\u00e9".repeat(122)}.json`;
    for (const name of ["blocked.json", "linked.json", long]) await writeFile(join(folder, name), "no proof");
    await writeFile(join(folder, "z.json"), writeProofFile(one));
    expect(await takeFromFolder({ settler: running.settler, folder, halfWrittenMs: 0 })).to.equal(1);
    expect(await readdir(folder)).to.have.members(["a-link.json", "accepted", "folder.json", "refused"]);
    expect(await readFile(elsewhere, "utf8")).to.equal(writeProofFile(one));
    const refused = await readdir(join(folder, "refused"));
    // The reasons of two, their files, what stood there, and the file whose place was taken.
    expect(refused).to.include.members(["linked.json", "linked.json.reason.txt", long]);
    expect(refused).to.have.length(7);
    expect(await readFile(join(folder, "refused/linked.json.reason.txt"), "utf8")).to.match(/^proofs\.file-invalid/);
  });

  it("leaves files where they are while the queue is full, and says when it cannot use the folder", async () => {
    using running = await world.open({ maxWaitingBytes: -1 });
    const folder = join(dirname(world.queuePath()), "full");
    await mkdir(folder);
    const [one] = world.parts(1);
    if (one === undefined) throw new Error("no part");
    await writeFile(join(folder, "one.json"), writeProofFile(one));
    expect(await takeFromFolder({ settler: running.settler, folder })).to.equal(0);
    expect(await readdir(folder)).to.include("one.json");
    const inFile = join(folder, "one.json", "inside");
    const failure = await rejection(() => takeFromFolder({ settler: running.settler, folder: inFile }));
    expect(failure).to.include({ code: "proofs.folder-unusable" });
  });
});
