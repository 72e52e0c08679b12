import { expect } from "chai";
import { ScrimshawError } from "../../src/errors.ts";
import type { CommandIo } from "../../src/hardhat/command-io.ts";
import { runCommand, toJson } from "../../src/hardhat/command.ts";

interface Recorded {
  readonly io: CommandIo;
  out: string;
  err: string;
  exitCode: number | undefined;
  interrupt: (() => void) | undefined;
}

function record(
  options: { readonly columns?: number; readonly debug?: boolean; readonly answer?: string | undefined } = {},
): Recorded {
  const recorded: Recorded = {
    out: "",
    err: "",
    exitCode: undefined,
    interrupt: undefined,
    io: {
      out: (text) => void (recorded.out += text),
      err: (text) => void (recorded.err += text),
      columns: options.columns,
      debug: options.debug ?? false,
      commandLine: "npx hardhat test",
      ask: (question) => {
        recorded.err += question;
        return Promise.resolve(options.answer);
      },
      setExitCode: (code) => void (recorded.exitCode = code),
      onInterrupt: (handler) => {
        recorded.interrupt = handler;
        return () => (recorded.interrupt = undefined);
      },
    },
  };
  return recorded;
}

const failure = new ScrimshawError({
  code: "models.unknown",
  expected: "a model named \u001b[31mx",
  found: "none",
  next: "Publish it.",
});

describe("runCommand", () => {
  it("prints lines on stdout and progress on stderr", async () => {
    const recorded = record();
    await runCommand({
      schema: "test/1",
      json: false,
      io: recorded.io,
      run: ({ progress }) => {
        progress("working");
        return Promise.resolve({ result: {}, lines: ["one", "two"] });
      },
    });
    expect(recorded).to.include({ out: "one\ntwo\n", err: "working\n", exitCode: 0 });
  });

  it("rewrites a single progress line on a terminal, cut to its width", async () => {
    const recorded = record({ columns: 8 });
    await runCommand({
      schema: "test/1",
      json: false,
      io: recorded.io,
      run: ({ progress }) => {
        progress("0123456789");
        progress("ab");
        return Promise.resolve({ result: {}, lines: ["done"] });
      },
    });
    expect(recorded.err).to.equal("\r\u001b[2K0123456\r\u001b[2Kab\r\u001b[2K");
    expect(recorded.out).to.equal("done\n");
  });

  it("prints exactly one JSON document of a result, with large integers as strings", async () => {
    const recorded = record();
    await runCommand({
      schema: "test/1",
      json: true,
      io: recorded.io,
      run: () => Promise.resolve({ result: { gas: 2n ** 64n, small: 5, large: 2 ** 60 }, lines: ["not shown"] }),
    });
    expect(JSON.parse(recorded.out)).to.deep.equal({
      schema: "test/1",
      ok: true,
      result: { gas: "18446744073709551616", small: 5, large: "1152921504606846976" },
    });
  });

  it("prints exactly one JSON document of a failure and exits with 1", async () => {
    const recorded = record();
    await runCommand({ schema: "test/1", json: true, io: recorded.io, run: () => Promise.reject(failure) });
    expect(JSON.parse(recorded.out)).to.deep.equal({
      schema: "test/1",
      ok: false,
      error: { code: "models.unknown", expected: "a model named \u001b[31mx", found: "none", next: "Publish it." },
    });
    expect(recorded.out).not.to.include("\u001b");
    expect(recorded.exitCode).to.equal(1);
  });

  it("tells people in three lines what was expected, what was found and what to do, without control characters", async () => {
    const recorded = record();
    await runCommand({ schema: "test/1", json: false, io: recorded.io, run: () => Promise.reject(failure) });
    expect(recorded.out).to.equal("");
    expect(recorded.err).to.equal(
      "Error models.unknown: expected a model named [31mx\n  found: none\n  next:  Publish it.\n",
    );
  });

  it("takes control characters out of result lines", async () => {
    const recorded = record();
    const lines = ["label \u001b]0;owned\u0007\nfake line"];
    await runCommand({
      schema: "test/1",
      json: false,
      io: recorded.io,
      run: () => Promise.resolve({ result: {}, lines }),
    });
    expect(recorded.out).to.equal("label ]0;ownedfake line\n");
  });

  it("reports an unknown error with code internal, its stack only when debugging", async () => {
    for (const debug of [false, true]) {
      const recorded = record({ debug });
      const run = (): Promise<never> => Promise.reject(new TypeError("boom"));
      await runCommand({ schema: "test/1", json: true, io: recorded.io, run });
      expect(JSON.parse(recorded.out)).to.have.nested.property("error.code", "internal");
      expect(recorded.out).to.include("TypeError: boom");
      expect(recorded.err.includes("command.test.ts")).to.equal(debug);
    }
  });

  it("reports a result that JSON cannot hold as one error document", async () => {
    const recorded = record();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    await runCommand({
      schema: "test/1",
      json: true,
      io: recorded.io,
      run: () => Promise.resolve({ result: circular, lines: [] }),
    });
    expect(recorded.out.trim().split("\n")).to.have.lengthOf(1);
    expect(JSON.parse(recorded.out)).to.have.nested.property("error.code", "internal");
  });

  it("hands on the exit code of incomplete work", async () => {
    const recorded = record();
    const run = (): Promise<{ result: object; lines: string[]; exitCode: 2 }> =>
      Promise.resolve({ result: {}, lines: [], exitCode: 2 });
    await runCommand({ schema: "test/1", json: false, io: recorded.io, run });
    expect(recorded.exitCode).to.equal(2);
  });

  it("aborts the signal at an interrupt and says that the same command goes on", async () => {
    const recorded = record();
    const command = runCommand({
      schema: "test/1",
      json: true,
      io: recorded.io,
      run: ({ signal }) =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            reject(signal.reason as Error);
          });
        }),
    });
    recorded.interrupt?.();
    await command;
    expect(JSON.parse(recorded.out)).to.have.nested.property("error.code", "command.interrupted");
    expect(recorded.exitCode).to.equal(1);
    expect(recorded.interrupt).to.equal(undefined);
  });

  it("prints the result of a server once, when it is ready", async () => {
    const recorded = record();
    await runCommand({
      schema: "test/1",
      json: true,
      io: recorded.io,
      run: ({ ready }) => {
        ready({ result: { url: "here" }, lines: [] });
        expect(recorded.out).to.include("here");
        return Promise.resolve({ result: { url: "again" }, lines: [] });
      },
    });
    expect(JSON.parse(recorded.out)).to.have.nested.property("result.url", "here");
  });
});

describe("toJson", () => {
  it("leaves integers up to 2^53 - 1 and fractions as numbers", () => {
    expect(toJson([Number.MAX_SAFE_INTEGER, -1, 0.5, 1n])).to.equal("[9007199254740991,-1,0.5,1]");
  });

  describe("before something is paid for", () => {
    const lines = ["cost  1 WAL\u001b[2K"];
    async function confirmed(options: { readonly answer?: string; readonly json?: boolean }): Promise<Recorded> {
      const recorded = record(options);
      await runCommand({
        schema: "test/1",
        json: options.json ?? false,
        io: recorded.io,
        run: async ({ confirm }) => {
          await confirm({ lines, question: "Publish?" });
          return { result: {}, lines: ["paid"] };
        },
      });
      return recorded;
    }

    for (const answer of ["y", "Y", " yes "]) {
      it(`shows what, asks, and goes on after ${JSON.stringify(answer)}`, async () => {
        expect(await confirmed({ answer })).to.include({
          out: "paid\n",
          err: "cost  1 WAL[2K\nPublish? [y/N] ",
          exitCode: 0,
        });
      });
    }

    for (const answer of ["", "n", "yeah", "no"]) {
      it(`goes no further after ${JSON.stringify(answer)}`, async () => {
        const { out, err, exitCode } = await confirmed({ answer });
        expect({ out, exitCode }).to.deep.equal({ out: "", exitCode: 1 });
        expect(err).to.include("command.not-confirmed").and.to.include("Nothing was stored");
      });
    }

    it("refuses without a terminal, and says what to type", async () => {
      const { out, err, exitCode } = await confirmed({});
      expect({ out, exitCode }).to.deep.equal({ out: "", exitCode: 1 });
      expect(err).to.include("run: npx hardhat test --yes");
    });

    it("never asks with --json", async () => {
      const { out, err, exitCode } = await confirmed({ json: true, answer: "y" });
      expect({ err, exitCode }).to.deep.equal({ err: "", exitCode: 1 });
      expect(JSON.parse(out)).to.have.nested.property("error.code", "command.not-confirmed");
    });
  });
});
