/** The words of a line, as a shell would tell them apart: white space separates, quotes keep together. Nothing is expanded. */
export function splitCommandLine(line: string): string[] {
  const words = line.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}
