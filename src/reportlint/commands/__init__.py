"""The commands, a module each: `arguments` says what it takes, `run` does it and gives the exit status.

A module is imported when its command is called, so no command pays for another.
"""

# In the order of the help; the words are Chinese after English, as everywhere on the command line.
COMMANDS = {
    "check": "check files and folders / 检查文件和文件夹",
    "show": "print the text that lines and columns refer to / 显示规范文本",
    "explain": "a rule, or how it read a report / 说明一条规则，或它怎样读一份报告",
    "rules": "list the rules / 列出规则",
    "profiles": "list the profiles / 列出格式",
    "plugins": "list the plugins and what they provide / 列出插件及其提供的内容",
    "coverage": "list the obligations and the rules that check them / 列出各项义务和检查它们的规则",
    "test": "run the examples that live with rules / 运行规则自带的示例",
    "new": "write a first rule, pack, plugin or profile / 新建规则、规则包、插件或格式",
    "waive": "accept what is reported now / 接受现有的问题",
    "config": "what is set for a file, and where / 列出生效的设置",
    "cache": "where results are kept, and how to be rid of them / 结果缓存的位置与清空",
    "init": "write a first settings file / 新建设置文件",
    "schema": "print a JSON Schema, for editors / 输出供编辑器使用的 JSON Schema",
    "lsp": "the language server, for editors / 语言服务器，供编辑器使用",
    "trust": "let plugins of this repository run / 允许运行本仓库的插件",
}
CLEAN, FOUND, USAGE, FAILED = 0, 1, 2, 3
