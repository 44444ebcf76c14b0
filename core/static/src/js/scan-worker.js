// Reads barcodes from pictures: first it is told where its WebAssembly lies, then it is given one picture after the other.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const FORMATS = ["EAN13", "EAN8", "UPCA", "UPCE", "Code128", "Code39", "ITF", "QRCode", "DataMatrix"];

self.onmessage = async ({ data: { wasm, image } }) => {
  if (wasm) {
    await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
    return self.postMessage("");
  }
  const [found] = await readBarcodes(image, { formats: FORMATS, tryHarder: true, maxNumberOfSymbols: 1 });
  self.postMessage(found?.isValid ? found.text : "");
};
