-- Run by tests/test_editors.py: opens the faulty report in $REPORT, waits for its diagnostics, applies the first fix
-- that is offered for the rule $RULE, saves, and prints what it saw, one line for each thing.

local report, rule = vim.env.REPORT, vim.env.RULE
local out = io.open(vim.env.OUT, "w")

local function say(...)
  out:write(table.concat({ ... }, " "), "\n")
  out:flush()
end

local function stop(why)
  say("failed:", why)
  out:close()
  vim.cmd("cquit 3")
end

local function of_rule()
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(0)) do
    local code = each.code or (each.user_data and each.user_data.lsp and each.user_data.lsp.code)
    if code == rule then
      table.insert(found, each)
    end
  end
  return found
end

vim.opt.runtimepath:append(vim.env.TOP)
package.path = vim.env.TOP .. "/?.lua;" .. package.path
require("reportlint").setup({ cmd = vim.split(vim.env.SERVER, " ") })
vim.cmd("filetype on")
vim.cmd("edit " .. vim.fn.fnameescape(report))
vim.cmd("setfiletype text")

if not vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20) then
  stop("no diagnostics")
end
local wrong = of_rule()
if #wrong == 0 then
  stop("no diagnostic of " .. rule)
end
say("diagnostics:", #vim.diagnostic.get(0) > 1 and "several" or "one")
say("place:", wrong[1].lnum + 1 .. ":" .. wrong[1].col + 1)

local place = { line = wrong[1].lnum, character = wrong[1].col }
local params = {
  textDocument = vim.lsp.util.make_text_document_params(0),
  range = { start = place, ["end"] = place },
  context = { diagnostics = {}, only = { "quickfix" } },
}
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 60000) or {}
local applied = false
for id, answer in pairs(answers) do
  for _, action in ipairs(answer.result or {}) do
    if action.edit and not applied then
      local client = vim.lsp.get_client_by_id(id)
      vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding or "utf-16")
      say("applied:", action.title)
      applied = true
    end
  end
end
if not applied then
  stop("no fix was offered")
end
if not vim.wait(60000, function() return #of_rule() == 0 end, 20) then
  stop("the diagnostic stayed")
end
vim.cmd("write")
say("saved")
out:close()
vim.cmd("qall!")
