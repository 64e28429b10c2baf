// The two languages of the extension: that of the editor decides.

/** The Chinese words where the editor speaks Chinese, else the English ones. */
export function words(language: string): (chinese: string, english: string) => string {
  const zh = language.toLowerCase().startsWith("zh");
  return (chinese, english) => (zh ? chinese : english);
}
