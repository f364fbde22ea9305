/** The control bytes of XMODEM (Ward Christensen) and XMODEM-1K (Chuck Forsberg, "XMODEM/YMODEM Protocol Reference", 1988). */

/** Begins a block of 128 bytes. */
export const SOH = 0x01;
/** Begins a block of 1024 bytes. */
export const STX = 0x02;
export const EOT = 0x04;
export const ACK = 0x06;
/** The receiver wants a block again; before the first one it asks for checksums. */
export const NAK = 0x15;
export const CAN = 0x18;
/** Fills the last block. */
export const PAD = 0x1a;
/** `C`: before the first block it asks for CRCs. */
export const CRC_REQUEST = 0x43;

/** What a block of so many bytes begins with. */
export const HEADERS: Readonly<Record<XmodemBlockBytes, number>> = Object.freeze({ 128: SOH, 1024: STX });

export type XmodemBlockBytes = 128 | 1024;
