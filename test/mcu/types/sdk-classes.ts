/**
 * Goal: what the modules and drivers ask for is what the SDK has. Method: the compiler; nothing here runs. Each
 * `@ts-expect-error` shows that the line above it could fail.
 */

import DS3231 from "embedded:RTC/DS3231";
import Serial from "embedded:io/serial";
import SMBus from "embedded:io/smbus";
import flash from "embedded:storage/flash";
import keyValue from "embedded:storage/key-value";
import update from "embedded:update";
import { Directory, File } from "file";
import { CheckedRtc } from "../../../hosts/mcu/drivers/checked-rtc.js";
import { Ds3231Osf } from "../../../hosts/mcu/drivers/ds3231-osf.js";
import { Mcp7940n } from "../../../hosts/mcu/drivers/mcp7940n.js";
import { Mcp7940nPowerFailStamp } from "../../../hosts/mcu/drivers/mcp7940n-power-fail-stamp.js";
import { Mcp7940nSramStore } from "../../../hosts/mcu/drivers/mcp7940n-sram-store.js";
import type { SmBusConstructor } from "../../../hosts/mcu/drivers/smbus.js";
import { FileKeyValue } from "../../../hosts/mcu/storage/file-key-value.js";
import type { KeyValue } from "../../../hosts/mcu/storage/key-value.js";
import { KeyValueStore } from "../../../hosts/mcu/storage/key-value-store.js";
import type { Rtc } from "../../../modules/io/rtc.js";
import type { SerialConstructor, Serial as SerialPort } from "../../../modules/io/serial.js";
import type { Store } from "../../../modules/io/store.js";
import type { PowerFailStamp } from "../../../modules/off-time/board.js";

interface Uart {
	receive: number;
	transmit: number;
	baud: number;
	port: number;
}

export const serial: SerialConstructor<Uart> = Serial;
// @ts-expect-error the SDK's Serial asks for its pins
export const serialWithoutPins: SerialConstructor<{ baud: number }> = Serial;
export const port: SerialPort = new Serial({ receive: 16, transmit: 17, baud: 115_200, port: 1 });

export const smBus: SmBusConstructor = SMBus;
// @ts-expect-error it has an address
export const smBusWithoutAddress = new SMBus({ hz: 400_000 });

export const provided: SmBusConstructor = device.io.SMBus;
const clock = { ...device.I2C.default, io: device.io.SMBus };
const mcp7940n = new Mcp7940n({ clock });
export const rtc: Rtc = mcp7940n;
export const stamp: PowerFailStamp = new Mcp7940nPowerFailStamp({ rtc: mcp7940n });
export const marks: Store = new Mcp7940nSramStore({ rtc: mcp7940n });
export const checked: Rtc = new CheckedRtc({ rtc: DS3231, clock, flag: Ds3231Osf });
// @ts-expect-error a driver whose time may be a Date is no Rtc of ours
export const unchecked: Rtc = new DS3231({ clock });

export const sdkKeyValue: KeyValue = keyValue;
export const store: Store = new KeyValueStore({ keyValue, path: "update-window" });
// @ts-expect-error what the SDK opens may hold other formats
export const unwrapped: Store = keyValue.open({ path: "update-window", format: "buffer" });
export const files: Store = new KeyValueStore({
	keyValue: new FileKeyValue({ File, Directory }),
	path: "/tmp/update-window",
});

export const updater = update.open({ partition: flash.open({ path: "xs" }), mode: "a", byteLength: 4096 });
// @ts-expect-error a partition is opened, not named
export const updaterByName = update.open({ partition: "xs" });
