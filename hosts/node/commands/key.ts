import { generateKeyPairSync } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { keyIdOf } from "../../../modules/order/spki.js";
import { makeDirectory, writeFileAtomically } from "../files.js";
import { OutputError } from "../output-error.js";
import { readPublicKey } from "../pem.js";

const PRIVATE_FILE = "private.pem";
const PUBLIC_FILE = "public.pem";

/** Adds `key` to the program. */
export function registerKey(program: Command): void {
	const key = program.command("key").description("the company's signing key");
	key
		.command("new")
		.description(`make an Ed25519 key pair: ${PRIVATE_FILE} (PKCS#8, mode 0600) and ${PUBLIC_FILE} (SPKI)`)
		.requiredOption("--out <DIR>", "directory for both files, made if missing; nothing is overwritten")
		.addHelpText("after", "\nExit status: 0 made; 64 wrong usage; 73 a file exists or cannot be written.")
		.action(({ out }: { out: string }) => {
			const keyId = newKey(out);
			process.stdout.write(
				`${join(out, PRIVATE_FILE)}  keep secret\n${join(out, PUBLIC_FILE)}   goes into the product\nkey id ${keyId}\n`,
			);
		});
}

/** Makes both files or neither, and tells the key's name. Throws OutputError. */
function newKey(directory: string): string {
	makeDirectory(directory);
	const privateFile = join(directory, PRIVATE_FILE);
	const publicFile = join(directory, PUBLIC_FILE);
	for (const file of [privateFile, publicFile])
		if (existsSync(file))
			throw new OutputError(`Expected ${file} not to exist yet: nothing is overwritten; give another --out`);
	const { privateKey, publicKey } = generateKeyPairSync("ed25519", {
		privateKeyEncoding: { type: "pkcs8", format: "pem" },
		publicKeyEncoding: { type: "spki", format: "pem" },
	});
	writeFileAtomically(privateFile, privateKey, { mode: 0o600, exclusive: true });
	try {
		writeFileAtomically(publicFile, publicKey, { exclusive: true });
	} catch (error) {
		rmSync(privateFile); // a private key whose public one is lost would only be in the way
		throw error;
	}
	return keyIdOf(readPublicKey(publicFile));
}
