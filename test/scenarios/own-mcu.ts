import { factoryPartitions } from "../../hosts/emulator/partition-flash.js";
import { EmulatedPartitions } from "../../hosts/emulator/partitions.js";
import { OwnMcu } from "../../modules/elements/own-mcu.js";
import { identify, ownImage } from "../elements/own-images.js";
import { Steps } from "../elements/own-mcu-steps.js";
import type { Measured } from "../xs/measure.js";

const VERSIONS = ["1.0.0", "1.1.0"] as const;
const CUTS = 12;

export const scenarios: Record<string, () => string[]> = {
	"our own MCU: an update that is accepted, and one that goes back"() {
		const { old, next, start } = board();
		const log: string[] = [];
		const say = (what: string, own: Steps): void => {
			const { state, running, other } = own.query();
			log.push(`${what}: ${state}, runs ${running.version}, beside it ${other?.version ?? "nothing"}`);
		};
		let own = start();
		say("from the factory", own);
		log.push(String(own.stage(next)), String(own.install(next)));
		say("staged", own);
		own = start();
		say("tried", own);
		own = start();
		say("not accepted", own);
		log.push(String(own.stage(next)), String(own.install(next)));
		own = start();
		log.push(String(own.accept(next)));
		say("accepted", own);
		log.push(String(own.reject(old.slot)));
		say("rejected", own);
		own = start();
		say("back", own);
		return log;
	},

	"our own MCU: the power goes in each flash operation"() {
		const log: string[] = [];
		for (let operations = 0; operations < CUTS; operations++) {
			const { old, next, partitions, start } = board();
			partitions.cutAfter(operations);
			let last = "";
			try {
				const steps = new Steps(new OwnMcu({ name: "self", slots: partitions }));
				last = String(steps.stage(next) ?? steps.install(next));
				if (partitions.running) last = `tried ${start().accept(next)}`;
			} catch (error) {
				last = String(error);
			}
			const own = restarted(start);
			const { state, running } = own.query();
			log.push(`${operations}: ${last}: ${state}, runs ${running.version}, ${own.reject(old.slot)}`);
			log.push(`${operations}: then ${restarted(start).query().running.version}`);
		}
		return log;
	},
};

export const measured: Measured = {
	"our own MCU: the element on its slots (4 KB blocks of nothing, hashes from outside)"() {
		const blank = { version: "1.0.0", hash: "00" };
		const slots = new EmulatedPartitions({
			flash: factoryPartitions(new Uint8Array(1)),
			identify: (bytes) => (bytes.length === 1 ? blank : { version: "1.1.0", hash: "11" }),
		});
		slots.powerOn();
		const own = new OwnMcu({ name: "self", slots });
		const block = new Uint8Array(4_096);
		const image = { version: "1.1.0", sizeBytes: block.length, sha256: "", hash: "11" };
		const nothing = (): void => {};
		return {
			query: () => own.query(nothing),
			start: () => own.start(image, nothing),
			"write a block": () => own.write(0, block, nothing),
			finish: () => own.finish(nothing),
			install: () => own.install(image, nothing),
			reject: () => own.reject(blank, nothing),
		};
	},
};

function board() {
	const [old, next] = [ownImage(VERSIONS[0]), ownImage(VERSIONS[1])] as const;
	const partitions = new EmulatedPartitions({ flash: factoryPartitions(old.bytes), identify });
	partitions.powerOn();
	const start = (): Steps => {
		partitions.powerOn();
		return new Steps(new OwnMcu({ name: "self", slots: partitions }));
	};
	return { old, next, partitions, start };
}

/** The cut may wait for the bootloader. */
function restarted(start: () => Steps): Steps {
	try {
		return start();
	} catch {
		return start();
	}
}
