-- reportlint in Neovim 0.7 and later, with the client that is built in: require it, or put it into `plugin/`.
--
--     require("reportlint").setup({ settings = { language = "zh" } })
--
-- `cmd` names the server, `settings` are those of docs/editors.md, `filetypes` what it is started for.

local M = {}

M.defaults = {
  cmd = { "reportlint", "lsp" },
  filetypes = { "text", "yaml", "toml" },
  settings = {},
}

-- The folder of the repository, else the file's own.
local function root_of(path)
  local folder = vim.fn.fnamemodify(path, ":p:h")
  for _, name in ipairs({ ".reportlint", ".git" }) do
    local found = vim.fn.finddir(name, folder .. ";")
    if found ~= "" then
      return vim.fn.fnamemodify(found, ":p:h:h")
    end
  end
  return folder
end

local clients = {}

-- Has a buffer checked; the id of the client, or nil where the server is not installed.
function M.start(buffer, options)
  local path = vim.api.nvim_buf_get_name(buffer)
  local root = root_of(path)
  if vim.fn.executable(options.cmd[1]) == 0 then
    vim.notify_once(
      "reportlint: " .. options.cmd[1] .. " 没有安装 / is not installed: pip install 'reportlint[lsp]'",
      vim.log.levels.ERROR
    )
    return nil
  end
  local config = {
    name = "reportlint",
    cmd = options.cmd,
    root_dir = root,
    init_options = options.settings,
    settings = { reportlint = options.settings },
  }
  if vim.lsp.start then
    return vim.lsp.start(config, { bufnr = buffer })
  end
  if not clients[root] or vim.lsp.client_is_stopped(clients[root]) then
    clients[root] = vim.lsp.start_client(config)
  end
  vim.lsp.buf_attach_client(buffer, clients[root])
  return clients[root]
end

function M.setup(options)
  options = vim.tbl_deep_extend("force", M.defaults, options or {})
  local group = vim.api.nvim_create_augroup("reportlint", { clear = true })
  vim.api.nvim_create_autocmd("FileType", {
    group = group,
    pattern = options.filetypes,
    callback = function(event)
      M.start(event.buf, options)
    end,
  })
  -- A place that a code action leads to; older clients know no window/showDocument.
  vim.lsp.handlers["window/showDocument"] = vim.lsp.handlers["window/showDocument"]
    or function(_, params)
      local buffer = vim.uri_to_bufnr(params.uri)
      vim.api.nvim_set_current_buf(buffer)
      if params.selection then
        local start = params.selection.start
        pcall(vim.api.nvim_win_set_cursor, 0, { start.line + 1, start.character })
      end
      return { success = true }
    end
end

return M
