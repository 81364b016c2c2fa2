// Makes the links that packages of servers list in `native/pg-symlinks.json`; their own install script would, but no package may run scripts.
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";

for (const folder of process.argv.slice(2)) {
  for (const { source, target } of JSON.parse(readFileSync(join(folder, "native/pg-symlinks.json"), "utf8"))) {
    const [from, link] = [join(folder, source), join(folder, target)];
    if (!existsSync(link)) {
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(relative(dirname(link), from), link);
    }
  }
}
