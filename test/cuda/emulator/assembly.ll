target triple = "nvptx64-nvidia-cuda"
define ptx_kernel void @waits(ptr byval([1 x i64]) align 8 %words) {
  call void asm sideeffect "cp.async.wait_all;", "~{memory}"()
  ret void
}
