/** The MCU's drivers over the models of their parts, for XS: what a board runs at a boot, and when its clock is set. */
import { CheckedRtc } from "../../hosts/mcu/drivers/checked-rtc.js";
import { Ds3231Osf } from "../../hosts/mcu/drivers/ds3231-osf.js";
import { Mcp7940n } from "../../hosts/mcu/drivers/mcp7940n.js";
import { Mcp7940nPowerFailStamp } from "../../hosts/mcu/drivers/mcp7940n-power-fail-stamp.js";
import { Mcp7940nSramStore } from "../../hosts/mcu/drivers/mcp7940n-sram-store.js";
import type { SmBus, SmBusSpecifier } from "../../hosts/mcu/drivers/smbus.js";
import { FileKeyValue } from "../../hosts/mcu/storage/file-key-value.js";
import { KeyValueStore } from "../../hosts/mcu/storage/key-value-store.js";
import { Slots } from "../../modules/storage/slots.js";
import { Ds3231Model } from "../mcu/ds3231-model.js";
import { Mcp7940nModel } from "../mcu/mcp7940n-model.js";
import { MemoryFiles } from "../mcu/memory-files.js";

const START_MS = Date.UTC(2027, 11, 31, 23, 55, 12);

export const scenarios: Readonly<Record<string, () => string[]>> = {
	"an MCP7940N over power cuts": () => {
		const log: string[] = [];
		const model = new Mcp7940nModel();
		const rtc = new Mcp7940n({ clock: { io: model.SMBus, data: 21, clock: 22 } });
		const stamp = new Mcp7940nPowerFailStamp({ rtc });
		const marks = new Slots({ store: new Mcp7940nSramStore({ rtc }), key: "mark" });
		log.push(`time ${rtc.time}, mark ${marks.read().status}`);
		rtc.time = START_MS;
		for (let boot = 1; boot < 6; boot++) {
			const markMs = rtc.time ?? 0;
			marks.write(new Uint8Array(16).fill(boot));
			model.advance(60);
			model.cutPower();
			// The model counts seconds: over one midnight is enough.
			model.advance(boot === 2 ? 86_400 : 5_000 * boot);
			model.restorePower();
			const read = marks.read();
			const mark = read.status === "ok" ? read.record[0] : read.status;
			log.push(`time ${rtc.time}, mark ${mark}, stamp ${JSON.stringify(stamp.read(markMs))}`);
			stamp.clear();
		}
		rtc.close();
		try {
			log.push(`time ${rtc.time}`);
		} catch (error) {
			log.push(String(error));
		}
		return log;
	},

	"a DS3231 that stopped": () => {
		const log: string[] = [];
		const model = new Ds3231Model();
		const driver = class {
			readonly #io: SmBus;
			constructor({ clock }: { clock: SmBusSpecifier }) {
				this.#io = new clock.io({ hz: 400_000, address: 0x68, ...clock });
			}
			get time(): number {
				return model.timeMs;
			}
			set time(timeMs: number) {
				model.timeMs = timeMs;
			}
			close(): void {
				this.#io.close();
			}
		};
		const rtc = new CheckedRtc({ rtc: driver, clock: { io: model.SMBus }, flag: Ds3231Osf });
		const look = () => log.push(`time ${rtc.time}, status ${model.status}`);
		look();
		rtc.time = START_MS;
		look();
		model.stopOscillator();
		look();
		model.isBroken = true;
		try {
			rtc.time = START_MS;
		} catch (error) {
			log.push(String(error));
		}
		rtc.close();
		log.push(`${model.open} open`);
		return log;
	},

	"a record in files": () => {
		const log: string[] = [];
		const files = new MemoryFiles();
		const slots = () =>
			new Slots({
				store: new KeyValueStore({ keyValue: new FileKeyValue(files), path: "/uw" }),
				key: "boot",
			});
		for (let step = 0; step < 8; step++) {
			if (step > 0) files.failAtStep = files.steps + step;
			try {
				slots().write(Uint8Array.of(step));
			} catch (error) {
				log.push(String(error));
			}
			files.failAtStep = undefined;
			const read = slots().read();
			log.push(`${step}: ${read.status === "ok" ? read.record[0] : read.status}`);
		}
		return log;
	},
};
